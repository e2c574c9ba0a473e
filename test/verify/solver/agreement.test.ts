/** Terms mean the same printed for a solver as they do evaluated. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openSolver } from "../../../verify/solver/solver.ts";
import { eq } from "../../../verify/terms/comparisons.ts";
import { any, no, truth } from "../../../verify/terms/logic.ts";
import { constant, subterms, type Term } from "../../../verify/terms/term.ts";
import { Draw } from "../../support/random.ts";
import { CHECKSUMS } from "../terms/checksums.ts";
import { OPERATIONS } from "../terms/operations.ts";
import { Pool, type Grown } from "../terms/pool.ts";
import { SHAPES } from "../terms/shapes.ts";

const POOLS = 60;
const TREES_IN_POOL = 30;
const builders = Object.values({ ...OPERATIONS, ...SHAPES, ...CHECKSUMS });

const equals = (term: Term, value: bigint): Term =>
  eq(term, term.width === 0 ? truth(value === 1n) : constant(value, term.width));

const agreement = suite("solver and evaluation");

agreement("give the same value to the same term", async () => {
  const solver = await openSolver();
  for (let seed = 1; seed <= POOLS; seed++) {
    const draw = Draw.seeded(seed);
    const pool = new Pool(draw);
    const grown: Grown[] = [];
    for (let i = 0; i < TREES_IN_POOL; i++) {
      grown.push(draw.pick(builders)(pool));
      pool.add(grown.at(-1)!);
    }
    const assignment = draw.below(4);
    const values = (term: Term): bigint => pool.value(term, assignment);
    const unknowns = subterms(grown.map(({ term }) => term)).filter(
      ({ op }) => op === "var" || op === "app",
    );
    const given = unknowns.map((term) => equals(term, values(term)));

    assert.is((await solver.check(given)).status, "sat", `seed ${seed}`);
    const another = any(...grown.map(({ term }) => no(equals(term, values(term)))));
    const answer = await solver.check([...given, another], { timeoutMs: 60_000 });
    assert.is(answer.status, "unsat", `seed ${seed}: ${JSON.stringify(answer)}`);
  }
  await solver.close();
});

agreement.run();
