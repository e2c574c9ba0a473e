/** Mutations of packets: bits, octets, lengths, and lies in the fields that are checked. */
import { internetChecksum } from "../support/checksum.ts";
import { read16, write16, write32, parseAddress } from "../support/octets.ts";
import { withHeaderChecksum, withTransportChecksum } from "../support/packets.ts";
import type { Draw } from "../support/random.ts";
import { HOSTS, ODD_ADDRESSES, PORTS, REMOTES } from "./scenarios.ts";

/** A mutated copy of a packet of at least 20 octets; half of them with their checksums set right. */
export function mutated(draw: Draw, packet: Uint8Array): Uint8Array {
  let copy: Uint8Array = packet.slice();
  for (let left = draw.pick([1, 1, 1, 2, 4]); left > 0; left--) copy = mutatedOnce(draw, copy);
  return draw.oneIn(2) ? copy : repaired(draw, copy);
}

function mutatedOnce(draw: Draw, packet: Uint8Array): Uint8Array {
  if (packet.length < 20) return packet;
  const copy = packet.slice();
  const at = draw.below(packet.length);
  switch (draw.weighted({ field: 8, bit: 4, octet: 3, embedded: 4, cut: 3, grow: 1 })) {
    case "field":
      lie(draw, copy);
      return copy;
    case "bit":
      copy[at]! ^= 1 << draw.below(8);
      return copy;
    case "octet":
      copy[at] = draw.pick([0, 0xff, draw.below(256)]);
      return copy;
    case "embedded":
      lieInside(draw, copy);
      return copy;
    case "cut":
      return copy.slice(0, draw.oneIn(2) ? at : packet.length - 1 - draw.below(3));
    case "grow":
      return grown(draw, copy);
  }
}

function grown(draw: Draw, packet: Uint8Array): Uint8Array {
  const length = Math.min(2048, packet.length + draw.pick([1, 2, 3, 26, 2048]));
  const copy = new Uint8Array(length);
  copy.set(packet);
  return copy;
}

/** Puts something else into a field of the datagram that begins at `at`. */
function lie(draw: Draw, packet: Uint8Array, at = 0): void {
  const start = at + (packet[at]! & 15) * 4;
  const total = read16(packet, at + 2);
  const address = (): number => parseAddress(draw.pick([...HOSTS, ...REMOTES, ...ODD_ADDRESSES]));
  const lies: (() => void)[] = [
    () => (packet[at] = (draw.below(16) << 4) | (packet[at]! & 15)),
    () => (packet[at] = (packet[at]! & 0xf0) | draw.below(16)),
    () => write16(packet, at + 2, draw.pick([0, 19, 20, total - 1, total + 1, 0xffff]) & 0xffff),
    () => write16(packet, at + 2, draw.below(total + 8)),
    () => write16(packet, at + 6, draw.pick([0, 0x2000, 1, 0x8000, 0x1fff])),
    () => (packet[at + 9] = draw.pick([1, 6, 17, 0, 2, 41, 132])),
    () => write32(packet, at + 12, address()),
    () => write32(packet, at + 16, address()),
    () => put(packet, start + draw.pick([0, 2, 4]), draw.pick(PORTS)),
    () => put(packet, start + 4, draw.pick([0, 7, 8, 9, total, read16At(packet, start + 4) + 1])),
    () => put(packet, start + draw.pick([2, 6, 16]), draw.pick([0, 0xffff])),
    () => put(packet, start + 12, draw.below(0x10000)),
    () => put(packet, start, draw.pick([0, 3, 8, 11, 12, 13, 14, 17, 5, 255]) * 256),
    () => put(packet, start + 4, draw.below(256)),
  ];
  draw.pick(lies)();
}

/** Lies in what an ICMP error quotes. */
function lieInside(draw: Draw, packet: Uint8Array): void {
  const embedded = (packet[0]! & 15) * 4 + 8;
  if (packet.length < embedded + 20) return lie(draw, packet);
  lie(draw, packet, embedded);
  if (!draw.oneIn(3)) packet.set(withHeaderChecksum(packet.slice(embedded)), embedded);
}

/** Sets the header checksum right, and often that of the transport, so that later checks are met. */
function repaired(draw: Draw, packet: Uint8Array): Uint8Array {
  if (packet.length < 20) return packet;
  const copy = withHeaderChecksum(packet);
  return draw.oneIn(4) ? copy : withTransportChecksum(copy);
}

/**
 * Makes the right transport checksum of a UDP or TCP packet come to `checksum` by means of the
 * first word of its payload.
 */
export function withPayloadFor(packet: Uint8Array, checksum: number): Uint8Array {
  const start = (packet[0]! & 15) * 4;
  const isTcp = packet[9] === 6;
  const payload = start + (isTcp ? (packet[start + 12]! >>> 4) * 4 : 8);
  if (packet.length < payload + 2 || read16(packet, 2) < payload + 2) return packet;
  const copy = packet.slice();
  write16(copy, payload, 0);
  const empty = read16(withTransportChecksum(copy), start + (isTcp ? 16 : 6));
  write16(copy, payload, (empty - checksum + 2 * 0xffff) % 0xffff);
  return withTransportChecksum(copy);
}

/** Octets that need not be a packet at all. */
export function junk(draw: Draw): Uint8Array {
  const octets = draw.octets(draw.pick([0, 1, 19, 20, 21, 28, 40, 64, 300]));
  if (octets.length < 20 || draw.oneIn(4)) return octets;
  octets[0] = 0x40 | draw.pick([5, 5, 5, 6, 15]);
  write16(octets, 2, octets.length);
  write16(octets, 6, 0);
  octets[9] = draw.pick([1, 6, 17]);
  const headerLength = Math.min(octets.length, (octets[0]! & 15) * 4);
  write16(octets, 10, 0);
  write16(octets, 10, internetChecksum(octets.subarray(0, headerLength)));
  return octets;
}

function put(packet: Uint8Array, at: number, value: number): void {
  if (at + 2 <= packet.length) write16(packet, at, value & 0xffff);
}

function read16At(packet: Uint8Array, at: number): number {
  return at + 2 <= packet.length ? read16(packet, at) : 0;
}
