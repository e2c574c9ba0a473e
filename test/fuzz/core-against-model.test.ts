/**
 * The core against the model: random and mutated packets, in sequences, until both have seen
 * PROVENAT_FUZZ_PACKETS of them. The seed is PROVENAT_FUZZ_SEED, or drawn and named in any failure.
 */
import { randomInt } from "node:crypto";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { OUTCOMES, Outcome } from "../../assembly/abi.ts";
import { Draw } from "../support/random.ts";
import { type Batch, Comparison } from "./comparison.ts";
import { nextTime } from "./clock.ts";
import { EXTERNAL, SCENARIOS } from "./scenarios.ts";
import { described, minimized, newSequence, runSequence, type Sequence } from "./sequence.ts";
import { nextInput } from "./traffic.ts";

const PACKETS = Number(process.env["PROVENAT_FUZZ_PACKETS"] ?? 1_000_000);
const SEED = Number(process.env["PROVENAT_FUZZ_SEED"] ?? randomInt(2 ** 31));
const SEQUENCE_LENGTH = 4_000;

/** Outcomes that a configured core never has, or not in tables of this size. */
const UNREACHED = [Outcome.NotConfigured, Outcome.EndpointTableFull, Outcome.SessionTableFull];

const coreAgainstModel = suite("the core against the model");

coreAgainstModel(`agrees on ${PACKETS} packets (seed ${SEED})`, () => {
  const outcomes = new Array<number>(OUTCOMES).fill(0);
  let left = PACKETS;
  for (let index = 0; left > 0; index++) {
    const seed = (SEED + index) >>> 0;
    const draw = Draw.seeded(seed);
    const sequence = newSequence(seed, draw);
    left -= runOrExplain(sequence, seed, () =>
      runSequence(sequence, draw, Math.min(left, SEQUENCE_LENGTH), outcomes),
    );
  }
  if (PACKETS >= 50_000) assert.equal(unreached(outcomes), [], `not met with seed ${SEED}`);
});

coreAgainstModel("agrees on short sequences that fast-check can shrink", () => {
  const entropy = fc.array(fc.array(fc.nat(0xffffffff), { maxLength: 40 }), { maxLength: 12 });
  const property = fc.property(fc.nat(SCENARIOS.length - 1), entropy, (scenario, steps) => {
    const options = { ...SCENARIOS[scenario]!.options, externalAddress: EXTERNAL };
    const comparison = new Comparison({ ...options, seed: Uint32Array.of(1, 2, 3, 4) });
    const context = { state: comparison.model.state, history: comparison.history };
    for (const step of steps) {
      const draw = Draw.from(step);
      const batch: Batch = {
        now: nextTime(draw, context.state),
        inputs: [nextInput(draw, context)],
      };
      comparison.run(batch);
    }
  });
  fc.assert(property, { seed: SEED, numRuns: 100 });
});

/** Runs a sequence; if that fails, says how to see it again and what is the least that fails. */
function runOrExplain(sequence: Sequence, seed: number, run: () => number): number {
  try {
    return run();
  } catch (error) {
    const least = minimized(sequence);
    throw new Error(
      `${(least.error ?? (error as Error)).message}\n\n` +
        `${sequence.scenario.name}: ${JSON.stringify(sequence.scenario.options)}\n` +
        `Replay: PROVENAT_FUZZ_SEED=${seed} PROVENAT_FUZZ_PACKETS=${SEQUENCE_LENGTH} ` +
        `npx tsx test/fuzz/core-against-model.test.ts\n` +
        `The least that fails, ${least.batches.length} batches:\n${described(least.batches)}`,
    );
  }
}

function unreached(outcomes: number[]): string[] {
  return outcomes
    .map((count, outcome) => (count === 0 && !UNREACHED.includes(outcome) ? Outcome[outcome]! : ""))
    .filter((name) => name !== "");
}

coreAgainstModel.run();
