/**
 * The IPv4 header (RFC 791 §3.1), viewed in place: the fields are the packet's own octets.
 * Who uses a member has made sure that the octets are there.
 */
import { checksumOf } from "./checksum";
import { be16, be32, firstOctet, ntoh16 } from "./order";

export const MIN_HEADER: u32 = 20;

/** Of packets that begin here (RFC 1122 §3.2.1.7). */
export const INITIAL_TTL: u8 = 64;

export const ICMP: u32 = 1;
export const TCP: u32 = 6;
export const UDP: u32 = 17;

@unmanaged
export class Ipv4 {
  private versionIhl: u8;
  tos: u8;
  private totalLengthWire: be16;
  private id: be16;
  private fragmentWire: be16;
  ttl: u8;
  protocol: u8;
  checksum: be16;
  src: be32;
  dst: be32;

  static at(ptr: usize): Ipv4 {
    return changetype<Ipv4>(ptr);
  }

  /** Makes it a header of a datagram of `total` octets, without options. */
  begin(tos: u32, total: u32, protocol: u32, src: be32, dst: be32): void {
    const first = 0x45 | (tos << 8);
    const length = <u32>ntoh16(<u16>total);
    store<u32>(changetype<usize>(this), first | (length << 16));
    store<u32>(changetype<usize>(this), 0, 4);
    this.ttl = INITIAL_TTL;
    this.protocol = <u8>protocol;
    this.src = src;
    this.dst = dst;
    const words = first + length + <u32>this.ttlWord;
    this.checksum = checksumOf(words + sumOfWords(src) + sumOfWords(dst));
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

  get mayNotBeFragmented(): bool {
    return (ntoh16(this.fragmentWire) & 0x4000) != 0;
  }

  /** The word that TTL stands in: TTL and protocol. */
  get ttlWord(): be16 {
    return load<u16>(changetype<usize>(this), 8);
  }

  /** Whether this is a fragment without ports. */
  get isLaterFragment(): bool {
    return (ntoh16(this.fragmentWire) & 0x1fff) != 0;
  }
}

function sumOfWords(address: be32): u32 {
  return (address & 0xffff) + (address >> 16);
}

/** Whether a packet may come from or go to `address`: not 0/8, 127/8, 224/3 (RFC 1812 §5.3.7). */
export function isUnicast(address: be32): bool {
  const first = firstOctet(address);
  return first != 0 && first != 127 && first < 224;
}

if (offsetof<Ipv4>("ttl") != 8) ERROR("Ipv4.ttl belongs at octet 8");
if (offsetof<Ipv4>("checksum") != 10) ERROR("Ipv4.checksum belongs at octet 10");
if (offsetof<Ipv4>("src") != 12) ERROR("Ipv4.src belongs at octet 12");
if (offsetof<Ipv4>("dst") != 16) ERROR("Ipv4.dst belongs at octet 16");
