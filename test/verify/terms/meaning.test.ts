/**
 * Terms mean what their builders were asked for, however they were simplified: random terms against
 * their values. TERM_TREES says how many, TERM_SEED where to start.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Draw } from "../../support/random.ts";
import { CHECKSUMS } from "./checksums.ts";
import { OPERATIONS } from "./operations.ts";
import { Pool, show } from "./pool.ts";
import { SHAPES } from "./shapes.ts";

const TREES = Number(process.env["TERM_TREES"] ?? 200_000);
const SEED = Number(process.env["TERM_SEED"] ?? 1);
const TREES_IN_POOL = 100;

const builders = { ...OPERATIONS, ...SHAPES, ...CHECKSUMS };
const names = Object.keys(builders);

/** Grows a pool, and says what went wrong first. */
function firstComplaint(seed: number): string | undefined {
  const draw = Draw.seeded(seed);
  const pool = new Pool(draw);
  for (let i = 0; i < TREES_IN_POOL; i++) {
    const name = draw.pick(names);
    try {
      const grown = builders[name]!(pool);
      const complaint = pool.complaint(grown);
      if (complaint) {
        const args = grown.args?.map(({ term }) => show(term)).join("; ");
        return `seed ${seed}: ${name} of ${args} ${complaint}: ${show(grown.term)}`;
      }
      pool.add(grown);
    } catch (error) {
      return `seed ${seed}: ${name} throws: ${(error as Error).stack}`;
    }
  }
  return undefined;
}

const meaning = suite("meaning of terms");

meaning(`is kept by simplification, in ${TREES} trees`, () => {
  for (let done = 0; done < TREES; done += TREES_IN_POOL) {
    assert.is(firstComplaint(SEED + done / TREES_IN_POOL), undefined);
  }
});

meaning.run();
