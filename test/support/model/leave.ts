/** How a frame leaves: to whom on the link (docs/behaviour.md §8). */
import { Outcome, Side, Verdict } from "../../../assembly/abi.ts";
import { read32, write32 } from "../octets.ts";
import { isInside } from "./addresses.ts";
import type { Leaving } from "./fate.ts";
import { type Frame, ROOM } from "./frame.ts";
import type { Router } from "./settings.ts";
import type { State } from "./tables.ts";

/** Addresses the frame, in place, to the next hop of the datagram in it. */
export function leave(state: State, outcome: Outcome, side: Side, frame: Frame): Leaving {
  const router = state.settings.router!;
  const hop = nextHop(router, side, read32(frame.payload, 16));
  const station = state.neighbours[side].station(hop, state.now);
  frame.destination = station ?? unresolved(hop);
  frame.source = router.links[side].station;
  const verdict = station ? Verdict.Forward : Verdict.Resolve;
  return { outcome, verdict, side, octets: frame.octets, begin: ROOM };
}

function nextHop(router: Router, side: Side, destination: number): number {
  if (side === Side.Internal || isInside(destination, router.externalNetwork)) return destination;
  return router.gateway;
}

/** What stands in place of an Ethernet address that is not known: the address to ask for. */
function unresolved(hop: number): Uint8Array {
  const station = new Uint8Array(6);
  write32(station, 2, hop);
  return station;
}
