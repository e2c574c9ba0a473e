/** Runs the specification on unknowns, along with a path of the code. */
import { type Decider, withDecider } from "../spec/language.ts";
import type { Path } from "../symbolic/path.ts";
import type { Prover } from "../symbolic/prover.ts";
import { no } from "../terms/logic.ts";
import { FALSE, variable, type Term } from "../terms/term.ts";

/** A claim that the specification made of the code's choices. */
interface Obligation {
  claim: Term;
  why: string;
}

export interface SpecRun<T> {
  path: Path;
  value: T;
}

/** A condition on which the specification turns, and that nothing known decides. */
export class Undecided extends Error {
  constructor(readonly claim: Term) {
    super("undecided");
  }
}

/** The specification does what the code does not: this may not happen on any possible path. */
export class Diverged extends Error {}

/** The port of which a claim that is made for every port speaks. */
export const ANY_PORT = variable("any port", 16);

/**
 * Every way that the specification may go on a path; what it demands of the code is shown, in all
 * cases of what `turnsOn` says that such a demand turns on.
 */
export async function runSpec<T>(
  path: Path,
  prover: Prover,
  run: (path: Path) => T,
  turnsOn: (claim: Term) => Term[] = () => [],
): Promise<SpecRun<T>[]> {
  const done: SpecRun<T>[] = [];
  const pending = [path.fork()];
  for (let here = pending.pop(); here; here = pending.pop()) {
    const obligations: Obligation[] = [];
    try {
      const value = withDecider(deciderOn(here, obligations), () => run(here!));
      for (const { claim, why } of obligations) {
        await prover.showCases(here, claim, why, turnsOn(claim));
      }
      done.push({ path: here, value });
    } catch (error) {
      if (error instanceof Diverged) {
        await prover.show(here, FALSE, error.message);
        continue;
      }
      if (!(error instanceof Undecided)) throw error;
      const decided = await prover.decide(here, error.claim);
      if (decided !== undefined) here.assume(decided ? error.claim : no(error.claim));
      else {
        const other = here.fork();
        other.assume(no(error.claim));
        pending.push(other);
        here.assume(error.claim);
      }
      pending.push(here);
    }
  }
  return done;
}

function deciderOn(path: Path, obligations: Obligation[]): Decider {
  return {
    decide: (claim) => decideOn(path, claim),
    require: (claim, why) => obligations.push({ claim, why }),
    requireEveryPort(claim, why) {
      obligations.push({ claim: claim(ANY_PORT), why });
    },
  };
}

/** Whether a claim holds, by what is plainly known on the path; throws Undecided where that is not enough. */
export function decideOn(path: Path, claim: Term): boolean {
  const refined = path.facts.refine(claim);
  const decided = path.facts.decide(refined) ?? path.facts.decide(claim);
  if (decided === undefined) throw new Undecided(refined);
  return decided;
}
