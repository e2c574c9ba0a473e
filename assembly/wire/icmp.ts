/** The ICMP header (RFC 792), viewed in place: queries and errors share its first eight octets. */
import { be16 } from "./order";

export const HEADER: u32 = 8;

/** Kinds of errors: type and code as they lie. */
export const FRAGMENTATION_NEEDED: be16 = 0x0403;
export const TIME_EXCEEDED: be16 = 0x000b;

export const ECHO_REPLY: u8 = 0;
export const ECHO: u8 = 8;

@unmanaged
export class Icmp {
  type: u8;
  private code: u8;
  checksum: be16;
  /** Of a query. */
  identifier: be16;
  /** Of a query its sequence number; of Fragmentation Needed the next hop's MTU (RFC 1191 §4). */
  last: be16;

  static at(ptr: usize): Icmp {
    return changetype<Icmp>(ptr);
  }

  /** Type and code. */
  get kind(): be16 {
    return load<u16>(changetype<usize>(this));
  }

  /** Makes it the beginning of an error of a kind. The checksum is still to come. */
  begin(kind: be16, last: be16): void {
    store<u16>(changetype<usize>(this), kind);
    this.identifier = 0;
    this.last = last;
  }

  /** Echo or Timestamp, asked. */
  get isRequest(): bool {
    return this.type == ECHO || this.type == 13;
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
