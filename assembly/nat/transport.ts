/**
 * The fields that translation needs of a UDP, TCP or ICMP query header, wherever the protocol puts
 * them. The identifier of an ICMP query is its port, on whichever side one is asked for
 * (RFC 3022 §2.2). The header's octets have been checked for presence by the caller.
 */
import { Protocol } from "../abi";
import * as checksum from "../wire/checksum";
import { Icmp } from "../wire/icmp";
import { be16 } from "../wire/order";
import * as tcp from "../wire/tcp";
import { Tcp } from "../wire/tcp";
import * as udp from "../wire/udp";
import { Udp } from "../wire/udp";

export function sourcePort(protocol: u32, header: usize): be16 {
  return load<u16>(header + sourceField(protocol));
}

export function destinationPort(protocol: u32, header: usize): be16 {
  return load<u16>(header + destinationField(protocol));
}

/** The control bits of a TCP segment; none for other protocols. */
export function flags(protocol: u32, header: usize): u32 {
  return protocol == Protocol.Tcp ? Tcp.at(header).flags : 0;
}

/** Writes the source port. Returns what that changes in a sum over it. */
export function setSourcePort(protocol: u32, header: usize, port: be16): u32 {
  return exchange(header + sourceField(protocol), port);
}

/** Writes the destination port. Returns what that changes in a sum over it. */
export function setDestinationPort(protocol: u32, header: usize, port: be16): u32 {
  return exchange(header + destinationField(protocol), port);
}

/**
 * Whether the checksum of this segment or datagram is only begun: its field holds the sum of the
 * pseudo header, not complemented, and what `unfinished` tells of it fits.
 */
export function isPartial(protocol: u32, headerLength: u32, unfinished: u32): bool {
  const told = headerLength | ((<u32>checksumField(protocol)) << 16);
  return protocol != Protocol.Icmp && unfinished == told;
}

/**
 * Whether the sum that `unfinished` tells of begins before the end of the transport header, less its
 * options. One that begins behind that is the matter of a packet within this one.
 */
export function reaches(protocol: u32, headerLength: u32, unfinished: u32): bool {
  const octets = protocol == Protocol.Tcp ? tcp.MIN_HEADER : udp.HEADER;
  return (unfinished & 0xffff) < headerLength + octets;
}

/** Keeps the checksum true, as below; a partial one covers no ports yet. */
export function settleChecksum(
  protocol: u32,
  header: usize,
  addresses: u32,
  ports: u32,
  isPartial: bool,
): void {
  if (!isPartial) {
    adjustChecksum(protocol, header, addresses, ports);
    return;
  }
  const field = header + checksumField(protocol);
  store<u16>(field, checksum.adjustSum(load<u16>(field), addresses));
}

/**
 * Keeps the checksum true after its addresses have changed by `addresses` and its ports by `ports`.
 * Returns what that changes in a sum over the checksum itself.
 */
export function adjustChecksum(protocol: u32, header: usize, addresses: u32, ports: u32): u32 {
  if (protocol == Protocol.Udp) return adjustUdp(Udp.at(header), addresses + ports);
  if (protocol == Protocol.Tcp) {
    const tcp = Tcp.at(header);
    const before = tcp.checksum;
    tcp.checksum = checksum.adjust(before, addresses + ports);
    return checksum.change16(before, tcp.checksum);
  }
  return adjustQuery(Icmp.at(header), ports);
}

/**
 * ICMP has no pseudo header: a query whose identifier becomes 0 may be all zeros, and the sum of
 * that is +0, whose complement is all ones (RFC 1071 §1). Where it is not, all ones are right too.
 */
function adjustQuery(icmp: Icmp, change: u32): u32 {
  const before = icmp.checksum;
  const after = checksum.adjust(before, change);
  icmp.checksum = after == 0 && icmp.identifier == 0 ? 0xffff : after;
  return checksum.change16(before, icmp.checksum);
}

/** RFC 768: zero means "no checksum", and a sum that comes to zero is sent as all ones. */
function adjustUdp(udp: Udp, change: u32): u32 {
  const before = udp.checksum;
  if (before == 0) return 0;
  const after = checksum.adjust(before, change);
  udp.checksum = after == 0 ? 0xffff : after;
  return checksum.change16(before, udp.checksum);
}

function exchange(field: usize, port: be16): u32 {
  const before = load<u16>(field);
  store<u16>(field, port);
  return checksum.change16(before, port);
}

/** Of UDP and TCP. */
function checksumField(protocol: u32): usize {
  return protocol == Protocol.Tcp ? offsetof<Tcp>("checksum") : offsetof<Udp>("checksum");
}

function sourceField(protocol: u32): usize {
  return protocol == Protocol.Icmp ? offsetof<Icmp>("identifier") : offsetof<Udp>("src");
}

function destinationField(protocol: u32): usize {
  return protocol == Protocol.Icmp ? offsetof<Icmp>("identifier") : offsetof<Udp>("dst");
}

if (offsetof<Tcp>("src") != offsetof<Udp>("src"))
  ERROR("TCP and UDP have their ports in one place");
if (offsetof<Tcp>("dst") != offsetof<Udp>("dst"))
  ERROR("TCP and UDP have their ports in one place");
