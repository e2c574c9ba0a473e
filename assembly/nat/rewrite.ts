/** Changing addresses of a packet, with its header checksum kept true (RFC 3022 §4.1, §4.2). */
import * as checksum from "../wire/checksum";
import { Ipv4 } from "../wire/ipv4";
import { be32 } from "../wire/order";

/** Replaces the source address. Returns what that changes in a sum over it. */
export function sourceAddress(ip: Ipv4, address: be32): u32 {
  const change = checksum.change32(ip.src, address);
  ip.checksum = checksum.adjust(ip.checksum, change);
  ip.src = address;
  return change;
}

/** Replaces the destination address. Returns what that changes in a sum over it. */
export function destinationAddress(ip: Ipv4, address: be32): u32 {
  const change = checksum.change32(ip.dst, address);
  ip.checksum = checksum.adjust(ip.checksum, change);
  ip.dst = address;
  return change;
}

/** Sets the time to live. */
export function timeToLive(ip: Ipv4, ttl: u8): void {
  const before = ip.ttlWord;
  ip.ttl = ttl;
  ip.checksum = checksum.adjust(ip.checksum, checksum.change16(before, ip.ttlWord));
}
