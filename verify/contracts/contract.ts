/**
 * What a container's function promises. One object, two uses: where the packet path calls the
 * function it stands in for it, and against the function's own bytecode it is proved. So what is
 * assumed of a container is what was proved of it, word for word.
 *
 * A contract sees memory as tables, and beside them ghosts: tables that only the proof has, such as the finite
 * map that a hash table stands for. Laws tie the ghosts to memory; every function keeps them.
 */
import type { Law, State } from "../symbolic/path.ts";
import type { Term } from "../terms/term.ts";

/** One claim with a name. */
export interface Claim {
  name: string;
  says: Term;
}

/** A call, seen from outside. */
export interface Call {
  args: Term[];
  before: State;
  after: State;
  result: Term;
  /** What the function chose and does not tell, by name. */
  chosen: Record<string, Term>;
}

/** One way in which a function may end. */
export interface Case {
  name: string;
  /** Whether a result means this case. */
  applies(result: Term): Term;
  /** Tables of which only the promise tells what they hold afterwards. */
  modifies: string[];
  /** What is written beside them: `before` with the modified tables replaced already. */
  effect(call: Call): State;
  /** The result itself, where it is known. */
  gives?(call: Omit<Call, "result">): Term;
  /** What is promised besides. */
  ensures(call: Call): Law[];
  /** Claims to be shown on the way, which then are known; a hint as well. */
  lemmas?(call: Call): Claim[];
  /** Cases worth telling apart in the proof of `ensures`; a hint, which nothing depends on. */
  splits?(call: Call): Term[];
}

export interface Contract {
  /** The function's name in the manifest. */
  name: string;
  /** Bits of each parameter, and of the result (0 for none). */
  params: { name: string; width: number }[];
  result: number;
  /** What the caller has to see to. */
  requires(before: State, args: Term[]): Claim[];
  /** Bits of each choice that the function makes and does not tell. */
  chooses: Record<string, number>;
  cases: Case[];
  /** The laws of the container, which are kept. */
  laws(state: State): Law[];
}

/** A claim without unknowns of its own, as a law. */
export function fact(name: string, says: Term, splits: Term[] = []): Law {
  return { name, over: [], says: () => says, splits: () => splits };
}
