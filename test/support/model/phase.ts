/** TCP phases (docs/behaviour.md §1 and §5): bits of `Phase` as a number. */
import { Phase } from "../../../assembly/abi.ts";
import { ACK, FIN, RST, SYN } from "./datagram.ts";

/** Which way a segment goes through a mapping. */
export type Direction = "out" | "in";

const MY_SYN = { out: Phase.SynOut, in: Phase.SynIn };
const MY_FIN = { out: Phase.FinOut, in: Phase.FinIn };
const BOTH_SYNS = Phase.SynOut | Phase.SynIn;
const BOTH_FINS = Phase.FinOut | Phase.FinIn;

export function isClosed(phase: number): boolean {
  if ((phase & Phase.Shared) !== 0) return false;
  return (phase & Phase.Reset) !== 0 || (phase & BOTH_FINS) === BOTH_FINS;
}

export function isEstablished(phase: number): boolean {
  return (phase & BOTH_SYNS) === BOTH_SYNS && !isClosed(phase);
}

/** §5, step 2: the phase of a mapping that turns to another remote endpoint. */
export function afterTurning(phase: number): number {
  return phase === 0 || isClosed(phase) ? 0 : phase | Phase.Shared;
}

/** §5, step 3: a closed connection that the internal host opens, or agrees to open, begins anew. */
export function afterReopening(phase: number, flags: number): number {
  const opens = (flags & SYN) !== 0 && (flags & RST) === 0;
  return opens && isClosed(phase) ? 0 : phase;
}

/** §5, step 4: the phase after a segment of the connection. */
export function afterSegment(phase: number, flags: number, direction: Direction): number {
  let next = phase & ~Phase.Reset;
  if ((flags & RST) !== 0) return next | Phase.Reset;
  if ((flags & SYN) !== 0) next |= MY_SYN[direction];
  if ((flags & SYN) !== 0 && (flags & ACK) !== 0) next |= BOTH_SYNS;
  if ((flags & FIN) !== 0) next |= MY_FIN[direction];
  return next;
}
