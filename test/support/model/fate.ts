/** What comes to the model, and what it says of it. */
import { Outcome, type Side, type Verdict } from "../../../assembly/abi.ts";
import type { Endpoint } from "../octets.ts";

/** A packet as it arrives, with all that its descriptor counts: a frame has its room before it. */
export interface Arrival {
  octets: Uint8Array;
  /** Any number: one that is no `Side` makes a bad descriptor, unless a held frame is meant. */
  side: number;
  /** Whether the packet lies wholly inside the packet area. */
  inside: boolean;
}

/** Nothing of a dropped packet changes, so it has neither side nor octets. */
export interface Dropped {
  outcome: Outcome;
}

/** What is made of a datagram: its octets end with it, and stand for whatever carries them. */
export interface Translated {
  outcome: Outcome.Outbound | Outcome.Inbound | Outcome.Hairpin | Outcome.Echo;
  side: Side;
  octets: Uint8Array;
}

export type Decision = Dropped | Translated;

/** What leaves in a packet's place. */
export interface Leaving {
  outcome: Outcome;
  verdict: Verdict.Forward | Verdict.Resolve;
  side: Side;
  octets: Uint8Array;
  /** Octets from where the packet began to where this does: what lies between stays as it was. */
  begin: number;
}

export type Fate = Dropped | Leaving;

/**
 * The core's free choice at a new mapping for `internal` (docs/behaviour.md §4): the external port
 * it took, or undefined when it said `NoPort`. The model checks that it was free to.
 */
export type ChoosePort = (internal: Endpoint) => number | undefined;

/** Something that no NAT of docs/behaviour.md does. */
export class IllegalChoice extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = "IllegalChoice";
  }
}

export function drop(outcome: Outcome): Dropped {
  return { outcome };
}

export function isTranslated(decision: Decision): decision is Translated {
  return "octets" in decision;
}

export function leaves(fate: Fate): fate is Leaving {
  return "verdict" in fate;
}
