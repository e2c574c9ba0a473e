/** The answer to an echo request that is for the NAT itself (docs/behaviour.md §9). */
import { Outcome, Side } from "../../../assembly/abi.ts";
import { write32 } from "../octets.ts";
import { Datagram, ECHO_REPLY } from "./datagram.ts";
import type { Translated } from "./fate.ts";
import { setEchoType, setTimeToLive } from "./rewrite.ts";
import type { Settings } from "./settings.ts";

/** RFC 1812 §4.3.2.2: not that of the request. */
const TIME_TO_LIVE = 64;

export function isForNat(datagram: Datagram, side: Side, settings: Settings): boolean {
  const { destination } = datagram;
  if (destination === settings.external) return true;
  return side === Side.Internal && destination === settings.router?.internal;
}

export function echo(request: Datagram, side: Side): Translated {
  const octets = request.octets.slice(0, request.totalLength);
  write32(octets, 12, request.destination);
  write32(octets, 16, request.source);
  setTimeToLive(octets, TIME_TO_LIVE);
  setEchoType(octets, ECHO_REPLY);
  return { outcome: Outcome.Echo, side, octets };
}
