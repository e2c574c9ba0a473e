/**
 * The IPv4 header (RFC 791 §3.1), viewed in place: the fields are the packet's own octets.
 * Who uses a member has made sure that the octets are there.
 */
import { be16, be32, firstOctet, ntoh16 } from "./order";

export const MIN_HEADER: u32 = 20;

export const ICMP: u32 = 1;
export const TCP: u32 = 6;
export const UDP: u32 = 17;

@unmanaged
export class Ipv4 {
  private versionIhl: u8;
  private tos: u8;
  private totalLengthWire: be16;
  private id: be16;
  private fragmentWire: be16;
  private ttl: u8;
  protocol: u8;
  checksum: be16;
  src: be32;
  dst: be32;

  static at(ptr: usize): Ipv4 {
    return changetype<Ipv4>(ptr);
  }

  get version(): u32 {
    return this.versionIhl >> 4;
  }

  /** Octets, options included. */
  get headerLength(): u32 {
    return (this.versionIhl & 0x0f) << 2;
  }

  /** Octets, header included. */
  get totalLength(): u32 {
    return ntoh16(this.totalLengthWire);
  }

  /** Whether this is a fragment, be it the first or a later one. */
  get isFragment(): bool {
    return (ntoh16(this.fragmentWire) & 0x3fff) != 0;
  }

  /** Whether this is a fragment without ports. */
  get isLaterFragment(): bool {
    return (ntoh16(this.fragmentWire) & 0x1fff) != 0;
  }
}

/** Whether a packet may come from or go to `address`: not 0/8, 127/8, 224/3 (RFC 1812 §5.3.7). */
export function isUnicast(address: be32): bool {
  const first = firstOctet(address);
  return first != 0 && first != 127 && first < 224;
}

if (offsetof<Ipv4>("checksum") != 10) ERROR("Ipv4.checksum belongs at octet 10");
if (offsetof<Ipv4>("src") != 12) ERROR("Ipv4.src belongs at octet 12");
if (offsetof<Ipv4>("dst") != 16) ERROR("Ipv4.dst belongs at octet 16");
