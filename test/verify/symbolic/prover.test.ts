/** Guesses: of which one that holds is enough, and none of which may be taken for a proof. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openSolver } from "../../../verify/solver/solver.ts";
import { Octets } from "../../../verify/symbolic/octets.ts";
import { Path, State } from "../../../verify/symbolic/path.ts";
import { Prover } from "../../../verify/symbolic/prover.ts";
import { FALSE, TRUE, type Term } from "../../../verify/terms/term.ts";

const solver = await openSolver();
const guesses = suite("guesses");
guesses.after(() => solver.close());

/** A prover that works with lists of claims, each a guess. */
function guessing(...lists: Term[][]): { prover: Prover; outcome: Promise<Term[]> } {
  const prover = new Prover(solver);
  const path = new Path(State.of([]), Octets.arriving());
  const outcome = prover.withGuess(lists, async (claims) => {
    for (const [i, claim] of claims.entries()) await prover.show(path, claim, `claim ${i}`);
    return claims;
  });
  return { prover, outcome };
}

guesses("are made until one holds, and those before leave no trace", async () => {
  const { prover, outcome } = guessing([TRUE, FALSE], [TRUE, TRUE], [FALSE]);

  assert.equal(await outcome, [TRUE, TRUE]);
  assert.is(prover.failures.length, 0);
  assert.is(prover.shown, 2);
});

guesses("that all fail leave the failure of the one that got furthest", async () => {
  const { prover, outcome } = guessing([FALSE], [TRUE, TRUE, FALSE, TRUE], [TRUE, FALSE]);
  const failed = await outcome.then(
    () => false,
    () => true,
  );

  assert.ok(failed);
  assert.equal(
    prover.failures.map(({ what }) => what),
    ["claim 2"],
  );
});

guesses("are needed", async () => {
  assert.match(String(await guessing().outcome.catch(String)), "nothing to guess");
});

guesses.run();
