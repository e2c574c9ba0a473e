/** Replacing addresses and ports, and updating the checksums over them (RFC 3022 §4.1, §4.2). */
import { Protocol } from "../../../assembly/abi.ts";
import { type Endpoint, read16, write16 } from "../octets.ts";
import { Datagram } from "./datagram.ts";

/** A 16-bit word that was replaced, before and after. */
export type Word = [before: number, after: number];

/** New endpoints; what is left out stays. */
export interface Change {
  source?: Endpoint;
  destination?: Endpoint;
}

const TIME_TO_LIVE = 8;
const SOURCE_ADDRESS = 12;
const DESTINATION_ADDRESS = 16;
const HEADER_CHECKSUM = 10;

/** Where source port, destination port and checksum lie in a transport header, in octets. */
const FIELDS: Record<Protocol, { source: number; destination: number; checksum: number }> = {
  [Protocol.Udp]: { source: 0, destination: 2, checksum: 6 },
  [Protocol.Icmp]: { source: 4, destination: 4, checksum: 2 },
  [Protocol.Tcp]: { source: 0, destination: 2, checksum: 16 },
};

/** RFC 1624 §3, equation 3: HC' = ~(~HC + ~m + m'), for each word in turn. */
export function updatedChecksum(checksum: number, words: Word[]): number {
  let sum = 0xffff - checksum;
  for (const [before, after] of words) sum = plus(plus(sum, 0xffff - before), after);
  return 0xffff - sum;
}

/** Replaces the TTL (RFC 1812 §5.3.1). */
export function setTimeToLive(octets: Uint8Array, timeToLive: number): void {
  const word = replace(octets, TIME_TO_LIVE, timeToLive * 0x100 + octets[TIME_TO_LIVE + 1]!);
  updateField(octets, HEADER_CHECKSUM, word);
}

/** Replaces the type of an echo message; its code stays. */
export function setEchoType(octets: Uint8Array, type: number): void {
  const start = new Datagram(octets).headerLength;
  const words = replace(octets, start, type * 0x100 + octets[start + 1]!);
  const at = start + FIELDS[Protocol.Icmp].checksum;
  // A message of zeros only has the checksum 0xffff (docs/behaviour.md §9).
  replace(octets, at, updatedChecksum(read16(octets, at), words) || 0xffff);
}

/** Replaces addresses alone, as in the outer header of an ICMP error. Returns the replaced words. */
export function readdress(octets: Uint8Array, change: Change): Word[] {
  const { source, destination } = change;
  const words = [
    ...(source ? replaceAddress(octets, SOURCE_ADDRESS, source.address) : []),
    ...(destination ? replaceAddress(octets, DESTINATION_ADDRESS, destination.address) : []),
  ];
  return [...words, ...updateField(octets, HEADER_CHECKSUM, words)];
}

/**
 * Replaces endpoints in a datagram, of which the transport header may be cut short behind its
 * first 8 octets. `isBegun` says that its checksum is the sum of the pseudo header so far. Returns
 * the replaced words, checksums included.
 */
export function rewrite(octets: Uint8Array, change: Change, isBegun = false): Word[] {
  const datagram = new Datagram(octets);
  const protocol = datagram.protocol!;
  const fields = FIELDS[protocol];
  const start = datagram.headerLength;
  const addresses = readdress(octets, change);
  const ports = [
    ...(change.source ? replace(octets, start + fields.source, change.source.port) : []),
    ...(change.destination
      ? replace(octets, start + fields.destination, change.destination.port)
      : []),
  ];
  const covered = protocol === Protocol.Icmp ? ports : [...addressWords(addresses), ...ports];
  const checksumAt = start + fields.checksum;
  if (isBegun) {
    const sum = read16(octets, checksumAt);
    const updated = 0xffff - updatedChecksum(0xffff - sum, addressWords(addresses));
    return [...addresses, ...ports, ...replace(octets, checksumAt, updated)];
  }
  const checksum =
    checksumAt + 2 > octets.length ? [] : updateTransport(octets, checksumAt, covered, protocol);
  return [...addresses, ...ports, ...checksum];
}

/** Updates the checksum of the ICMP message at `start`, some words of which were replaced. */
export function updateIcmpChecksum(octets: Uint8Array, start: number, words: Word[]): void {
  updateField(octets, start + FIELDS[Protocol.Icmp].checksum, words);
}

/** What `readdress` replaced without the header checksum, its last word. */
function addressWords(words: Word[]): Word[] {
  return words.slice(0, -1);
}

function updateTransport(
  octets: Uint8Array,
  at: number,
  words: Word[],
  protocol: Protocol,
): Word[] {
  if (protocol === Protocol.Tcp) return updateField(octets, at, words);
  if (protocol === Protocol.Icmp) return updateQuery(octets, at, words);
  const before = read16(octets, at);
  // RFC 768: zero means "no checksum"; a sum that comes to zero is sent as all ones.
  if (before === 0) return [];
  return replace(octets, at, updatedChecksum(before, words) || 0xffff);
}

/** A query of zeros only has the checksum 0xffff (docs/behaviour.md §2). */
function updateQuery(octets: Uint8Array, at: number, words: Word[]): Word[] {
  const checksum = updatedChecksum(read16(octets, at), words);
  const [[, identifier]] = words as [Word];
  return replace(octets, at, checksum === 0 && identifier === 0 ? 0xffff : checksum);
}

function updateField(octets: Uint8Array, at: number, words: Word[]): Word[] {
  return replace(octets, at, updatedChecksum(read16(octets, at), words));
}

function replaceAddress(octets: Uint8Array, at: number, address: number): Word[] {
  const high = Math.floor(address / 0x10000);
  return [...replace(octets, at, high), ...replace(octets, at + 2, address % 0x10000)];
}

function replace(octets: Uint8Array, at: number, value: number): Word[] {
  const before = read16(octets, at);
  write16(octets, at, value);
  return [[before, value]];
}

/** One's-complement addition of 16-bit words. */
function plus(one: number, other: number): number {
  const sum = one + other;
  return sum > 0xffff ? sum - 0xffff : sum;
}
