/**
 * The fate of a packet: the checks of docs/behaviour.md §2, in its order, then the way by which the
 * packet goes through. Read this first.
 *
 * Numbers and claims are terms, of values that may be unknown. `is`, `below` and `when` decide: what
 * follows is for one way in which a claim may turn out, and the proof goes through all of them.
 * `equal`, `less` and the like only say a claim. `must` demands one of the code, where it may choose.
 */
import { bitwise, extract, not, zeroExtend } from "../terms/bits.ts";
import { all, any, ite, no } from "../terms/logic.ts";
import { constant, type Term } from "../terms/term.ts";
import { Ipv4, type Octets, inOctets, word16 } from "./datagram.ts";
import { icmpError } from "./icmp-error.ts";
import { inbound } from "./inbound.ts";
import { echo } from "./echo.ts";
import { decideFrame, obstacleTo } from "./frame.ts";
import { above, below, equal, is, minus, oneOf, plus, when } from "./language.ts";
import { isInside, isNoHost } from "./addresses.ts";
import type { Nat, Protocol, Router, Settings } from "./nat.ts";
import { type Fate, type Outcome, drop, forward } from "./outcome.ts";
import { outbound } from "./outbound.ts";
import { NOTHING, type Undone, VIRTIO_HEADER, behind, isOf, undoneIn } from "./virtio.ts";

/** Octets. */
const PACKET_AREA = 1 << 23;
const MIN_HEADER = 20;

/** 32 bits each; the length counts all that is before the datagram. Side 0 is internal, 1 external; frame.ts has more. */
export interface Descriptor {
  offset: Term;
  length: Term;
  side: Term;
}

/** `through` is what a datagram goes through once what is before it is sound: `translate`. */
export function decide(
  { offset, length, side }: Descriptor,
  octets: Octets,
  nat: Nat,
  router: Router,
  through = translate,
): Fate {
  const { settings } = nat;
  if (above(length, PACKET_AREA)) return drop("BadDescriptor");
  if (above(offset, minus(constant(PACKET_AREA, 32), length))) return drop("BadDescriptor");
  const isRouter = when(settings.isRouter);
  if (!is(side, ...(isRouter ? [0, 1, 2, 3] : [0, 1]))) return drop("BadDescriptor");
  if (!when(nat.isReady)) return drop("NotConfigured");
  const virtio = when(settings.hasVirtioHeader) ? VIRTIO_HEADER : 0;
  if (isRouter) return decideFrame(octets, length, side, virtio, nat, router, through);
  if (below(length, virtio)) return drop("Truncated");
  // Where the kernel is the router, the length of segments is its matter.
  const undone = virtio > 0 ? { ...undoneIn(octets), segment: NOTHING.segment } : NOTHING;
  const datagram = behind(octets, virtio);
  const { outcome, forward: leaving } = through(datagram, minus(length, virtio), side, undone, nat);
  if (!leaving) return drop(outcome);
  return forward(outcome, leaving.side, plus(leaving.length, virtio));
}

export function translate(
  octets: Octets,
  length: Term,
  side: Term,
  { checksum: unfinished, segment }: Undone,
  nat: Nat,
): Fate {
  const ip = new Ipv4(octets, constant(0, 32));
  const { settings } = nat;
  if (below(length, MIN_HEADER)) return drop("Truncated");
  if (!is(ip.version, 4)) return drop("NotIpv4");
  if (below(ip.ihl, 5)) return drop("HeaderLength");
  // RFC 1812 §5.2.2
  if (below(ip.totalLength, ip.headerLength)) return drop("TotalLength");
  if (above(ip.totalLength, length)) return drop("TotalLength");
  if (!when(octets.sumsToOnes(ip.at, ip.headerLength))) return drop("HeaderChecksum");
  if (is(ip.hasMoreFragments, 1) || !is(ip.fragmentOffset, 0)) return drop("Fragment");

  const isInternal = is(side, 0);
  if (isInternal) {
    if (when(isForgedInside(ip.source, settings))) return drop("SourceAddress");
    if (when(isUnreachable(ip.destination, settings))) return drop("DestinationAddress");
  } else {
    if (when(isForgedOutside(ip.source, settings))) return drop("SourceAddress");
    if (!is(ip.destination, settings.externalAddress)) return drop("NotExternalAddress");
  }

  const { protocol } = ip;
  if (!protocol) return drop("UnsupportedProtocol");
  const fault = transportFault(ip, protocol);
  if (fault) return drop(fault);
  const isBegun = isOf(unfinished, protocol, ip.headerLength);
  // A sum that begins behind the header is that of a packet within this one.
  const header = plus(ip.headerLength, protocol === "Tcp" ? 20 : 8);
  if (!isBegun && below(zeroExtend(unfinished.start, 32), header)) return drop("PartialChecksum");
  const checksum = isBegun ? "begun" : "finished";

  const isToR = isInternal && is(ip.destination, settings.internalAddress);
  const isToUs = isToR || is(ip.destination, settings.externalAddress);
  if (isToUs && protocol === "Icmp" && is(ip.transportOctet(0), 8)) {
    return echo(ip, isInternal ? "internal" : "external");
  }
  if (isToR) return drop("DestinationAddress");
  const to = isInternal && !is(ip.destination, settings.externalAddress) ? "external" : "internal";
  const obstacle = obstacleTo(ip, to, longest(ip, protocol, segment), settings);
  if (protocol === "Icmp") {
    const type = ip.transportOctet(0);
    // Unreachable, time exceeded, parameter problem (RFC 3022 §4.3).
    if (is(type, 3, 11, 12)) return icmpError(ip, isInternal, nat, obstacle);
    // Echo and timestamp: queries go out, replies come in (RFC 792).
    if (!is(type, ...(isInternal ? [8, 13] : [0, 14]))) return drop("IcmpType");
  }
  if (isInternal) return outbound(ip, protocol, checksum, nat, obstacle);
  return inbound(ip, protocol, checksum, nat, obstacle);
}

function transportFault(ip: Ipv4, protocol: Protocol): Outcome | undefined {
  const available = minus(ip.totalLength, ip.headerLength);
  if (below(available, protocol === "Tcp" ? 20 : 8)) return "TransportTruncated";
  if (protocol === "Udp") {
    // RFC 768: the length of header and data.
    const length = zeroExtend(word16(ip.octets, plus(ip.transport, 4)), 32);
    if (below(length, 8) || above(length, available)) return "UdpLength";
  }
  if (protocol === "Tcp") {
    // RFC 9293 §3.1: the length of the header in 32-bit words.
    const words = extract(ip.transportOctet(12), 7, 4);
    if (below(words, 5) || above(inOctets(words), available)) return "TcpOffset";
  }
  return undefined;
}

/** Octets of the datagram, or of each of those that a superpacket is to be cut to. */
function longest(ip: Ipv4, protocol: Protocol, segment: Term): Term {
  const isTcp = protocol === "Tcp";
  const header = isTcp ? inOctets(extract(ip.transportOctet(12), 7, 4)) : constant(8, 32);
  const cut = plus(plus(ip.headerLength, header), zeroExtend(segment, 32));
  return ite(equal(segment, 0), ip.totalLength, cut);
}

// RFC 1812 §5.3.7: addresses that no packet has any business with.

function isForgedInside(source: Term, settings: Settings): Term {
  const { externalAddress, internalAddress, network, mask } = settings;
  const isOurs = oneOf(source, externalAddress, internalAddress);
  // RFC 1812 §4.2.2.11: the network's own address, and its directed broadcast address.
  const broadcast = bitwise("or", network, not(mask));
  const isStrange = any(no(isInside(source, settings)), oneOf(source, network, broadcast));
  return any(isNoHost(source), isOurs, all(isKnown(mask), isStrange));
}

function isForgedOutside(source: Term, settings: Settings): Term {
  const { externalAddress, mask } = settings;
  const isStrange = all(isKnown(mask), isInside(source, settings));
  return any(isNoHost(source), equal(source, externalAddress), isStrange);
}

/** From the internal side: nobody is there, or no NAT is needed to get there. */
function isUnreachable(destination: Term, settings: Settings): Term {
  const { mask, internalAddress } = settings;
  const isLocal = all(isKnown(mask), isInside(destination, settings));
  return any(isNoHost(destination), all(isLocal, no(equal(destination, internalAddress))));
}

function isKnown(mask: Term): Term {
  return no(equal(mask, 0));
}
