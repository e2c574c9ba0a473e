/** What comes to the model, and what it says of it. */
import { Outcome, type Side } from "../../../assembly/abi.ts";
import type { Endpoint } from "../octets.ts";

/** A packet as it arrives. */
export interface Arrival {
  octets: Uint8Array;
  /** Any number: one that is no `Side` makes a bad descriptor. */
  side: number;
  /** Whether the packet lies wholly inside the packet area. */
  inside: boolean;
}

/** A dropped packet has neither side nor octets: nothing of it changes. */
export type Fate = { outcome: Outcome } | Forwarded;

export interface Forwarded {
  outcome: Outcome.Outbound | Outcome.Inbound | Outcome.Hairpin;
  side: Side;
  octets: Uint8Array;
}

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

export function drop(outcome: Outcome): Fate {
  return { outcome };
}

export function isForwarded(fate: Fate): fate is Forwarded {
  return "octets" in fate;
}
