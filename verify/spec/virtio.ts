/**
 * The header that a device puts before a packet, if it is set up to (virtio 1.2 §5.1.6, struct
 * virtio_net_hdr), whose numbers are little-endian. Of what the device leaves undone only a checksum
 * matters here: cutting a superpacket to segments comes later, and takes the header as it is.
 */
import { concat, extract } from "../terms/bits.ts";
import { ite } from "../terms/logic.ts";
import { constant, type Term } from "../terms/term.ts";
import type { Octets } from "./datagram.ts";
import { equal, is, plus } from "./language.ts";
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

/** None: a start beyond any packet. */
export const NOTHING: Unfinished = {
  start: constant(0xffff, 16),
  offset: constant(0xffff, 16),
};

/** VIRTIO_NET_HDR_F_NEEDS_CSUM is bit 0 of the flags. */
export function unfinishedOf(octets: Octets): Unfinished {
  const number = (at: number) => concat(octet(octets, at + 1), octet(octets, at));
  const isUnfinished = equal(extract(octet(octets, 0), 0, 0), 1);
  return {
    start: ite(isUnfinished, number(6), NOTHING.start),
    offset: ite(isUnfinished, number(8), NOTHING.offset),
  };
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
  };
}
