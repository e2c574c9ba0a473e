/** The Ethernet header (RFC 894) of a frame that leaves, and what it costs in octets (docs/behaviour.md §8). */
import { concat } from "../terms/bits.ts";
import { ite } from "../terms/logic.ts";
import { constant, type Term } from "../terms/term.ts";
import { isOutside } from "./addresses.ts";
import { type Octets, writeNumber } from "./datagram.ts";
import { when } from "./language.ts";
import type { Router, Settings } from "./nat.ts";
import type { Side } from "./outcome.ts";

/** Octets before each frame that arrives. */
export const ROOM = 28;

/** Octets. */
export const ETHERNET_HEADER = 14;

/**
 * Puts the Ethernet addresses of the next hop and of the NAT into a frame. Returns whether the next
 * hop's is known; if not, its address stands in its place.
 */
export function address(
  frame: Octets,
  side: Side,
  destination: Term,
  settings: Settings,
  router: Router,
): Term {
  const isOnLink = side === "internal" || when(isOutside(destination, settings));
  const hop = isOnLink ? destination : settings.gateway;
  const { isKnown, station } = router.neighbour(side, hop);
  writeNumber(frame, constant(0, 32), ite(isKnown, station, concat(constant(0, 16), hop)));
  writeNumber(frame, constant(6, 32), settings.links[side].station);
  return isKnown;
}
