/**
 * ICMP errors, which go to the sender of the datagram that they quote and are translated like it,
 * inside and out (docs/behaviour.md §7; RFC 3022 §4.3, RFC 5508 §4). They leave all state as it is
 * (RFC 4787 REQ-12, RFC 5382 REQ-10, RFC 5508 REQ-6).
 */
import { ite } from "../terms/logic.ts";
import type { Term } from "../terms/term.ts";
import { Ipv4, inOctets } from "./datagram.ts";
import { above, below, equal, is, least, minus, plus, when } from "./language.ts";
import type { Nat } from "./nat.ts";
import { type Fate, type Outcome, drop, forward } from "./outcome.ts";
import { type Ends, checksumChange, headerChanges, transportChanges, write } from "./rewrite.ts";

/** `obstacle` is why the error cannot be passed on, if it is to be. */
export function icmpError(ip: Ipv4, isInternal: boolean, nat: Nat, obstacle?: Outcome): Fate {
  const { octets, transport: message } = ip;
  const { externalAddress } = nat.settings;
  const messageLength = minus(ip.totalLength, ip.headerLength);
  // RFC 5508 REQ-3
  if (!when(octets.sumsToOnes(message, messageLength))) return drop("IcmpChecksum");

  const embedded = new Ipv4(octets, plus(message, 8));
  const quoted = quotedLength(ip, minus(messageLength, 8));
  const fault = embeddedFault(embedded, quoted);
  if (fault) return drop(fault);
  const { protocol } = embedded;
  if (!protocol) return drop("EmbeddedProtocol");
  // Only queries and replies have an identifier (RFC 792).
  const type = embedded.transportOctet(0);
  if (protocol === "Icmp" && !is(type, 0, 8, 13, 14)) return drop("EmbeddedProtocol");

  // An error goes to the sender of the datagram that it quotes (RFC 792).
  const sender = isInternal ? ip.destination : externalAddress;
  if (!is(embedded.source, sender)) return drop("EmbeddedAddresses");
  const isHairpin = isInternal && is(ip.destination, externalAddress);
  if (isHairpin && protocol === "Icmp") return drop("EmbeddedProtocol");

  // The ends of the quoted datagram, and so those of the error, as they are known on the other
  // side; hairpinned by RFC 5508 REQ-7.
  const source = embedded.sourceEndpoint(protocol);
  const destination = embedded.destinationEndpoint(protocol);
  const ends: Ends = {};
  if (isInternal) {
    const mapping = nat.mappingOf(protocol, destination);
    if (!mapping) return drop("NoMapping");
    ends.destination = { address: externalAddress, port: mapping.externalPort };
  }
  if (!isInternal || isHairpin) {
    const mapping = nat.owner(protocol, source.port);
    if (!mapping) return drop("NoMapping");
    ends.source = mapping.internal;
  }
  if (obstacle) return drop(obstacle);

  // TCP's checksum ends 18 octets into its header, and need not have been quoted.
  const held = minus(least(quoted, embedded.totalLength), embedded.headerLength);
  const checksum = protocol === "Tcp" && below(held, 18) ? "absent" : "finished";
  const changes = [
    ...headerChanges(embedded, ends),
    ...transportChanges(embedded, protocol, ends, checksum),
  ];
  const sum = checksumChange(octets, plus(message, 2), changes);
  // From the internal side the error comes from E; from the external side a router keeps its name.
  const outer = { source: ends.destination, destination: ends.source };
  write(octets, [...headerChanges(ip, outer), ...changes, sum]);
  if (isHairpin) return forward("Hairpin", "internal", ip.totalLength);
  if (isInternal) return forward("Outbound", "external", ip.totalLength);
  return forward("Inbound", "internal", ip.totalLength);
}

/** RFC 4884 §4: octet 5, if not 0, is the length of the quoted datagram in 32-bit words. */
function quotedLength(ip: Ipv4, available: Term): Term {
  const words = ip.transportOctet(5);
  return ite(equal(words, 0), available, least(inOctets(words), available));
}

/** The header, and 8 octets behind it, must be there and be right (RFC 792, RFC 5508 REQ-3a). */
function embeddedFault(embedded: Ipv4, quoted: Term): Outcome | undefined {
  if (below(quoted, 20)) return "EmbeddedHeader";
  if (!is(embedded.version, 4)) return "EmbeddedHeader";
  if (below(embedded.ihl, 5)) return "EmbeddedHeader";
  const needed = plus(embedded.headerLength, 8);
  if (above(needed, quoted)) return "EmbeddedHeader";
  if (above(needed, embedded.totalLength)) return "EmbeddedHeader";
  const isIntact = embedded.octets.sumsToOnes(embedded.at, embedded.headerLength);
  if (!when(isIntact)) return "EmbeddedHeader";
  // Without ports nobody can tell whose it was.
  return is(embedded.fragmentOffset, 0) ? undefined : "EmbeddedFragment";
}
