/** What a TCP segment does to a mapping it goes through (docs/behaviour.md §5). */
import type { Endpoint } from "../octets.ts";
import { RST } from "./datagram.ts";
import { afterReopening, afterSegment, afterTurning, isEstablished } from "./phase.ts";
import type { Mapping, State } from "./tables.ts";

/** An outbound segment, through the mapping of its sender, to `remote`. */
export function sendSegment(state: State, mapping: Mapping, remote: Endpoint, flags: number): void {
  const isReset = (flags & RST) !== 0;
  if (isReset && !isRemote(mapping, remote)) return;

  const wasEstablished = isEstablished(mapping.phase);
  if (!isRemote(mapping, remote)) {
    mapping.phase = afterTurning(mapping.phase);
    turnTo(mapping, remote);
  }
  mapping.phase = afterReopening(mapping.phase, flags);
  mapping.phase = afterSegment(mapping.phase, flags, "out");
  // RFC 7857 §7.1: a reset as such prolongs nothing.
  const classChanged = isEstablished(mapping.phase) !== wasEstablished;
  if (!isReset || classChanged) mapping.last = state.now;
}

/** An inbound segment, or one at the target of a hairpin, from `remote`. */
export function receiveSegment(
  state: State,
  mapping: Mapping,
  remote: Endpoint,
  flags: number,
): void {
  const refreshes = state.settings.inboundRefresh && (flags & RST) === 0;
  const wasEstablished = isEstablished(mapping.phase);
  if (isRemote(mapping, remote)) mapping.phase = afterSegment(mapping.phase, flags, "in");
  const classChanged = isEstablished(mapping.phase) !== wasEstablished;
  if (refreshes || classChanged) mapping.last = state.now;
}

/** Makes `remote` the endpoint last sent to; a former address becomes a session. */
export function turnTo(mapping: Mapping, remote: Endpoint): void {
  if (mapping.remote.address !== remote.address) {
    mapping.sessions.set(mapping.remote.address, mapping.last);
  }
  mapping.remote = { ...remote };
}

function isRemote({ remote }: Mapping, { address, port }: Endpoint): boolean {
  return remote.address === address && remote.port === port;
}
