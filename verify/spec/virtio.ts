/**
 * The header that a device puts before a packet, if it is set up to (virtio 1.2 §5.1.6, struct
 * virtio_net_hdr), whose numbers are little-endian. It says what the device leaves undone.
 */
import { concat, extract } from "../terms/bits.ts";
import { ite } from "../terms/logic.ts";
import { constant, type Term } from "../terms/term.ts";
import type { Octets } from "./datagram.ts";
import { equal, is, less, minus, plus } from "./language.ts";
import type { Protocol } from "./nat.ts";

/** Octets. */
export const VIRTIO_HEADER = 10;

/**
 * A checksum to be finished: it will be the complement of the sum over the packet from octet `start`
 * on, in whose field, `offset` octets from there, is the sum of what else it covers. 16 bits each.
 */
export interface Unfinished {
  start: Term;
  offset: Term;
}

/** What is left to a device: a checksum, and to cut a superpacket to segments. */
export interface Undone {
  checksum: Unfinished;
  /** Octets of payload in each segment, 16 bits; 0 if it is not to be cut. */
  segment: Term;
}

/** None: a start beyond any packet. */
const FINISHED: Unfinished = {
  start: constant(0xffff, 16),
  offset: constant(0xffff, 16),
};

export const NOTHING: Undone = { checksum: FINISHED, segment: constant(0, 16) };

/** VIRTIO_NET_HDR_F_NEEDS_CSUM is bit 0 of the flags; VIRTIO_NET_HDR_GSO_NONE is type 0. */
export function undoneIn(octets: Octets): Undone {
  const number = (at: number) => concat(octet(octets, at + 1), octet(octets, at));
  const isUnfinished = equal(extract(octet(octets, 0), 0, 0), 1);
  const isWhole = equal(octet(octets, 1), 0);
  return {
    checksum: {
      start: ite(isUnfinished, number(6), FINISHED.start),
      offset: ite(isUnfinished, number(8), FINISHED.offset),
    },
    segment: ite(isWhole, NOTHING.segment, number(4)),
  };
}

/** The same, its checksum's start counted from `distance` octets on; one before them is none of the rest. */
export function undoneBehind({ checksum, segment }: Undone, distance: number): Undone {
  const { start, offset } = checksum;
  const rest = ite(less(start, distance), constant(0, 16), minus(start, distance));
  return { checksum: { start: rest, offset }, segment };
}

function octet(octets: Octets, at: number): Term {
  return octets.octet(constant(at, 32));
}

/** Whether it is the checksum of the transport header at `start` that is unfinished. */
export function isOf({ start, offset }: Unfinished, protocol: Protocol, transport: Term): boolean {
  // ICMP has no pseudo header, and nobody leaves its checksum to a device.
  return (
    protocol !== "Icmp" &&
    is(start, extract(transport, 15, 0)) &&
    is(offset, { Udp: 6, Tcp: 16 }[protocol])
  );
}

/** The octets behind the first `distance`. */
export function behind(octets: Octets, distance: number): Octets {
  return {
    octet: (at) => octets.octet(plus(at, distance)),
    setOctet: (at, value) => octets.setOctet(plus(at, distance), value),
    sumsToOnes: (from, length) => octets.sumsToOnes(plus(from, distance), length),
    sum: (from, length) => octets.sum(plus(from, distance), length),
  };
}
