/**
 * One packet from arrival to outcome: every check that does not need the tables, in the order of
 * docs/behaviour.md §2, then on to the direction it takes.
 */
import { Outcome, Protocol, Side } from "../abi";
import * as checksum from "../wire/checksum";
import * as icmp from "../wire/icmp";
import { Icmp } from "../wire/icmp";
import * as ipv4 from "../wire/ipv4";
import { Ipv4, isUnicast } from "../wire/ipv4";
import * as tcp from "../wire/tcp";
import { Tcp } from "../wire/tcp";
import * as udp from "../wire/udp";
import { Udp } from "../wire/udp";
import * as echo from "./echo";
import { inbound } from "./inbound";
import { outbound } from "./outbound";
import { NO_PROTOCOL, tableOf } from "./protocol";
import {
  externalAddress,
  internalAddress,
  isInInternalNetwork,
  isInternalHost,
  isRouter,
  mtu,
  sideTowards,
} from "./settings";
import * as transport from "./transport";

/** Nothing is wrong. */
const SOUND: u32 = 0;

/**
 * Translates the packet of `length` octets at `packet` in place. `unfinished` tells of a checksum
 * that is not finished, and `segment` of a superpacket, as in wire/virtio.ts; `hint` is a guess at
 * the sender's mapping.
 */
export function translate(
  packet: usize,
  length: u32,
  side: u32,
  unfinished: u32,
  segment: u32,
  hint: u32,
): Outcome {
  const headerFault = faultInHeader(packet, length);
  if (headerFault != SOUND) return headerFault;
  const ip = Ipv4.at(packet);
  const addressFault = side == Side.Internal ? faultOutbound(ip) : faultInbound(ip);
  if (addressFault != SOUND) return addressFault;
  const protocol = tableOf(ip.protocol);
  if (protocol == NO_PROTOCOL) return Outcome.UnsupportedProtocol;
  const header = packet + ip.headerLength;
  const transportFault = faultInTransport(protocol, header, ip.totalLength - ip.headerLength);
  if (transportFault != SOUND) return transportFault;
  const isPartial = transport.isPartial(protocol, ip.headerLength, unfinished);
  if (!isPartial && transport.reaches(protocol, ip.headerLength, unfinished)) {
    return Outcome.PartialChecksum;
  }
  if (protocol == Protocol.Icmp && Icmp.at(header).type == icmp.ECHO && isToUs(ip)) {
    return echo.answer(ip, Icmp.at(header));
  }
  if (ip.dst == internalAddress()) return Outcome.DestinationAddress;
  const obstacle = isRouter() ? obstacleTo(ip, protocol, header, segment, side) : SOUND;
  return side == Side.Internal
    ? outbound(ip, protocol, header, isPartial, hint, obstacle)
    : inbound(ip, protocol, header, isPartial, obstacle);
}

/** RFC 1812 §5.2.2: what makes a router discard a packet silently. */
function faultInHeader(packet: usize, length: u32): u32 {
  if (length < ipv4.MIN_HEADER) return Outcome.Truncated;
  const ip = Ipv4.at(packet);
  const octets = ip.headerLength;
  const total = ip.totalLength;
  if (ip.version != 4) return Outcome.NotIpv4;
  if (octets < ipv4.MIN_HEADER) return Outcome.HeaderLength;
  if (total < octets || total > length) return Outcome.TotalLength;
  if (!checksum.headerIsValid(packet, octets)) return Outcome.HeaderChecksum;
  return ip.isFragment ? Outcome.Fragment : SOUND;
}

/** RFC 1812 §5.3.7: addresses that no packet from inside may carry. */
function faultOutbound(ip: Ipv4): u32 {
  const src = ip.src;
  const dst = ip.dst;
  if (!isUnicast(src) || !isInternalHost(src)) return Outcome.SourceAddress;
  if (src == externalAddress() || src == internalAddress()) return Outcome.SourceAddress;
  const isUnreachable = isInInternalNetwork(dst) && dst != internalAddress();
  return !isUnicast(dst) || isUnreachable ? Outcome.DestinationAddress : SOUND;
}

/** The same for packets from outside, which have one destination only. */
function faultInbound(ip: Ipv4): u32 {
  const src = ip.src;
  if (!isUnicast(src) || isInInternalNetwork(src) || src == externalAddress()) {
    return Outcome.SourceAddress;
  }
  return ip.dst != externalAddress() ? Outcome.NotExternalAddress : SOUND;
}

function isToUs(ip: Ipv4): bool {
  return ip.dst == externalAddress() || ip.dst == internalAddress();
}

/** Why a router cannot pass on a datagram from `side`, or SOUND (RFC 1812 §5.3.1, RFC 1191 §4). */
function obstacleTo(ip: Ipv4, protocol: u32, header: usize, segment: u32, side: u32): u32 {
  if (ip.ttl <= 1) return Outcome.TimeExceeded;
  const octets = sizeOf(ip, protocol, header, segment);
  return octets > mtu(sideTowards(ip.dst, side)) ? Outcome.TooBig : SOUND;
}

/** Octets of the datagram, or of the longest of those that a superpacket is to be cut into. */
function sizeOf(ip: Ipv4, protocol: u32, header: usize, segment: u32): u32 {
  if (segment == 0) return ip.totalLength;
  const transport = protocol == Protocol.Tcp ? Tcp.at(header).headerLength : udp.HEADER;
  return ip.headerLength + transport + segment;
}

/** Whether the `octets` of payload hold a whole transport header that does not lie. */
function faultInTransport(protocol: u32, header: usize, octets: u32): u32 {
  if (protocol == Protocol.Tcp) {
    if (octets < tcp.MIN_HEADER) return Outcome.TransportTruncated;
    const told = Tcp.at(header).headerLength;
    return told < tcp.MIN_HEADER || told > octets ? Outcome.TcpOffset : SOUND;
  }
  if (protocol == Protocol.Icmp) return octets < icmp.HEADER ? Outcome.TransportTruncated : SOUND;
  if (octets < udp.HEADER) return Outcome.TransportTruncated;
  const told = Udp.at(header).length;
  return told < udp.HEADER || told > octets ? Outcome.UdpLength : SOUND;
}
