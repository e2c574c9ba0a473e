/**
 * Runs the specification alone, on unknowns: every way that it may go. What it demands of the
 * NAT's choices (`must`) is assumed here, as the units about the code show it; what it demands at
 * every port is left out. No solver is asked which ways are possible: claims are shown on all.
 */
import * as nat from "../../contracts/nat.ts";
import { settingsLaw } from "../../contracts/settings.ts";
import { type Decider, withDecider } from "../../spec/language.ts";
import { Mappings } from "../../spec/mappings.ts";
import type { Nat } from "../../spec/nat.ts";
import type { Fate } from "../../spec/outcome.ts";
import { translate } from "../../spec/packet.ts";
import type { Choice } from "../../spec/state.ts";
import { Octets } from "../../symbolic/octets.ts";
import { Path, type State } from "../../symbolic/path.ts";
import { eq } from "../../terms/comparisons.ts";
import { no } from "../../terms/logic.ts";
import { constant, variable, type Term } from "../../terms/term.ts";
import { PACKET } from "../calls.ts";
import { SpecPacket, UNDONE } from "../packet.ts";
import { Undecided, decideOn } from "../spec-run.ts";
import { SymbolicState } from "../spec-state.ts";
import { anyState, forget } from "../state.ts";

export interface Run<T> {
  path: Path;
  value: T;
}

/** Every way in which `run` may go from a path. */
export function explore<T>(start: Path, run: (path: Path) => T): Run<T>[] {
  const found: Run<T>[] = [];
  const pending = [start.fork()];
  for (let decided = pending.pop(); decided; decided = pending.pop()) {
    const path = decided.fork();
    try {
      found.push({ path, value: withDecider(deciderOn(path), () => run(path)) });
    } catch (error) {
      if (!(error instanceof Undecided)) throw error;
      const other = decided.fork();
      other.assume(no(error.claim));
      decided.assume(error.claim);
      pending.push(other, decided);
    }
  }
  return found;
}

function deciderOn(path: Path): Decider {
  return {
    decide: (claim) => decideOn(path, claim),
    require: (claim) => path.assume(claim),
    requireEveryPort: () => {},
  };
}

/** What a datagram goes through, in a frame or not; tests put others in its place. */
export type Through = typeof translate;

/** One datagram, and what has become of it. */
export interface Step<N extends Nat> {
  fate: Fate;
  packet: SpecPacket;
  nat: N;
}

export function step<N extends Nat>(
  { facts }: Path,
  nat: N,
  through: Through = translate,
  side = variable("side", 32),
): Step<N> {
  const packet = new SpecPacket(facts);
  const fate = through(packet, PACKET.length, side, UNDONE, nat);
  return { fate, packet, nat };
}

/** Whether a datagram has got through, rather than been answered or dropped. */
export function isTranslated({ outcome }: Fate): boolean {
  return outcome === "Outbound" || outcome === "Inbound" || outcome === "Hairpin";
}

/** Any state at all. */
export function anyPath(): Path {
  return new Path(anyState(), Octets.arriving());
}

/** Any state that the laws allow: the units about the code show that packets keep them. */
export function lawfulPath(): Path {
  const path = anyPath();
  path.laws.push(...nat.invariant(path.state));
  path.assume(settingsLaw(path.state));
  return path;
}

/** Any choice: one port, and whether there is room. */
const CHOICE: Choice = {
  port: () => variable("chosen port", 16),
  hasRoomForMapping: () => isSet("room for a mapping"),
  hasRoomForSession: () => isSet("room for a session"),
};

/** Of which ports are free nothing is known but what is demanded of the one that is chosen. */
const RECLAIMED = forget(anyState(), ["slot"]);

/** The specification's NAT over any state; its state is kept at hand. */
export class AnyMappings extends Mappings {
  readonly state: SymbolicState;

  constructor(path: Path, before: State = path.state) {
    const state = new SymbolicState(before, path.facts, CHOICE, RECLAIMED);
    super(state);
    this.state = state;
  }
}

export function isSet(name: string): Term {
  return eq(variable(name, 1), constant(1, 1));
}
