/** What keeps a router from forwarding a datagram (docs/behaviour.md §8; RFC 1812 §5.3.1, RFC 1191). */
import { Outcome, Side } from "../../../assembly/abi.ts";
import type { Datagram } from "./datagram.ts";
import type { Link, Settings } from "./settings.ts";

/** Why a datagram that arrived on `side` cannot go on, if it cannot. Only frames have a router. */
export function forwardingFault(
  settings: Settings,
  datagram: Datagram,
  side: Side,
): Outcome | undefined {
  if (!settings.router) return undefined;
  if (datagram.timeToLive <= 1) return Outcome.TimeExceeded;
  const link = linkTowards(settings, side, datagram.destination);
  return datagram.longest > link.mtu ? Outcome.TooBig : undefined;
}

/** The link by which a packet is to leave: a hairpin leaves by the one that it arrived on. */
export function linkTowards({ router, external }: Settings, side: Side, destination: number): Link {
  const isOutbound = side === Side.Internal && destination !== external;
  return router!.links[isOutbound ? Side.External : Side.Internal];
}
