/**
 * Rewriting (RFC 3022 §4.1). A rewriting is a list of 16-bit words replaced, checksums among them;
 * it is worked out from the packet as it came, and only then written.
 */
import { concat, extract, not } from "../terms/bits.ts";
import { onesSum } from "../terms/ones-complement.ts";
import { constant, type Term } from "../terms/term.ts";
import { type Ipv4, type Octets, word16 } from "./datagram.ts";
import { is, plus } from "./language.ts";
import type { Endpoint, Protocol } from "./nat.ts";

const ONES = constant(0xffff, 16);

/** Word `before` becomes `after`. */
export interface Change {
  at: Term;
  before: Term;
  after: Term;
}

/** The new ends of a datagram. One that is absent stays. */
export interface Ends {
  source?: Endpoint | undefined;
  destination?: Endpoint | undefined;
}

/**
 * Of a transport header: what it ought to be; the sum of the pseudo header only, not complemented,
 * to which a device will add the rest and take the complement (virtio.ts); or not there.
 */
export type Checksum = "finished" | "begun" | "absent";

/** All words that change in the IPv4 header, its checksum included. */
export function headerChanges(ip: Ipv4, { source, destination }: Ends): Change[] {
  const addresses = addressChanges(ip, { source, destination });
  return [...addresses, checksumChange(ip.octets, plus(ip.at, 10), addresses)];
}

/** All words that change with the time to live: it shares one with the protocol. */
export function timeToLive(ip: Ipv4, ttl: Term): Change[] {
  const at = plus(ip.at, 8);
  const before = word16(ip.octets, at);
  const change = { at, before, after: concat(ttl, extract(before, 7, 0)) };
  return [change, checksumChange(ip.octets, plus(ip.at, 10), [change])];
}

/**
 * All words that change in the transport header, its checksum included unless it is not there to
 * be changed. UDP and TCP sum the addresses as well (RFC 768, RFC 9293 §3.1), ICMP does not (RFC 792).
 */
export function transportChanges(
  ip: Ipv4,
  protocol: Protocol,
  ends: Ends,
  checksum: Checksum,
): Change[] {
  const ports = portChanges(ip, protocol, ends);
  if (checksum === "absent") return ports;
  const at = plus(ip.transport, { Udp: 6, Tcp: 16, Icmp: 2 }[protocol]);
  const addresses = protocol === "Icmp" ? [] : addressChanges(ip, ends);
  if (checksum === "begun") return [...ports, sumChange(ip.octets, at, addresses)];
  const summed = [...addresses, ...ports];
  const change = checksumChange(ip.octets, at, summed);
  const { before, after } = change;
  // RFC 768: 0 means that there is no checksum, and a checksum of 0 is sent as 0xffff.
  if (protocol === "Udp" && is(before, 0)) return ports;
  // RFC 1071 §1: with an identifier of 0 the words may all be zero, and the sum of such is +0.
  const isNeverZero =
    protocol === "Icmp" ? ports.every((port) => is(port.after, 0)) : protocol === "Udp";
  return [...ports, isNeverZero && is(after, 0) ? { ...change, after: ONES } : change];
}

/** RFC 1624 equation 3, HC' = ~(~HC + ~m + m'), for every word m that changes. */
export function checksumChange(octets: Octets, at: Term, changes: Change[]): Change {
  const before = word16(octets, at);
  const words = changes.flatMap((change) => [not(change.before), change.after]);
  return { at, before, after: not(onesSum(not(before), ...words)) };
}

/** The same for a sum that is not complemented: S' = S + ~m + m'. */
function sumChange(octets: Octets, at: Term, changes: Change[]): Change {
  const before = word16(octets, at);
  const words = changes.flatMap((change) => [not(change.before), change.after]);
  return { at, before, after: onesSum(before, ...words) };
}

export function write(octets: Octets, changes: Change[]): void {
  for (const { at, after } of changes) {
    octets.setOctet(at, extract(after, 15, 8));
    octets.setOctet(plus(at, 1), extract(after, 7, 0));
  }
}

function addressChanges(ip: Ipv4, { source, destination }: Ends): Change[] {
  return [
    ...(source ? addressChange(ip.octets, plus(ip.at, 12), source.address) : []),
    ...(destination ? addressChange(ip.octets, plus(ip.at, 16), destination.address) : []),
  ];
}

function addressChange(octets: Octets, at: Term, address: Term): Change[] {
  return [
    wordChange(octets, at, extract(address, 31, 16)),
    wordChange(octets, plus(at, 2), extract(address, 15, 0)),
  ];
}

function portChanges(ip: Ipv4, protocol: Protocol, { source, destination }: Ends): Change[] {
  return [
    ...(source ? [wordChange(ip.octets, ip.sourcePortAt(protocol), source.port)] : []),
    ...(destination
      ? [wordChange(ip.octets, ip.destinationPortAt(protocol), destination.port)]
      : []),
  ];
}

function wordChange(octets: Octets, at: Term, after: Term): Change {
  return { at, before: word16(octets, at), after };
}
