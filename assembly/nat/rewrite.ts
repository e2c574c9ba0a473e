/** Changing endpoints of a packet, with its checksums kept true (RFC 3022 §4.1, §4.2). */
import * as checksum from "../wire/checksum";
import { Ipv4 } from "../wire/ipv4";
import { be16, be32 } from "../wire/order";
import * as transport from "./transport";

/** Replaces the source endpoint. */
export function source(ip: Ipv4, protocol: u32, header: usize, address: be32, port: be16): void {
  const addresses = sourceAddress(ip, address);
  const ports = transport.setSourcePort(protocol, header, port);
  transport.adjustChecksum(protocol, header, addresses, ports);
}

/** Replaces the destination endpoint. */
export function destination(
  ip: Ipv4,
  protocol: u32,
  header: usize,
  address: be32,
  port: be16,
): void {
  const addresses = destinationAddress(ip, address);
  const ports = transport.setDestinationPort(protocol, header, port);
  transport.adjustChecksum(protocol, header, addresses, ports);
}

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
