/** The ICMP header (RFC 792), viewed in place: queries and errors share its first eight octets. */
import { be16 } from "./order";

export const HEADER: u32 = 8;

@unmanaged
export class Icmp {
  type: u8;
  private code: u8;
  checksum: be16;
  /** Of a query. */
  identifier: be16;
  private sequence: be16;

  static at(ptr: usize): Icmp {
    return changetype<Icmp>(ptr);
  }

  /** Echo or Timestamp, asked. */
  get isRequest(): bool {
    return this.type == 8 || this.type == 13;
  }

  /** Echo Reply or Timestamp Reply. */
  get isReply(): bool {
    return this.type == 0 || this.type == 14;
  }

  /** Destination Unreachable, Time Exceeded or Parameter Problem. */
  get isError(): bool {
    return this.type == 3 || this.type == 11 || this.type == 12;
  }

  /** Of an error: octets of the quoted datagram, 0 when the sender does not say (RFC 4884 §4). */
  get quotedLength(): u32 {
    return (<u32>load<u8>(changetype<usize>(this), 5)) << 2;
  }
}

if (offsetof<Icmp>("identifier") != 4) ERROR("Icmp.identifier belongs at octet 4");
