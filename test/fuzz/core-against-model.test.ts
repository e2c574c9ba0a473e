/**
 * The core against the model: random and mutated packets, in sequences, until both have seen
 * PROVENAT_FUZZ_PACKETS of them. The seed is PROVENAT_FUZZ_SEED, or drawn and named in any failure.
 */
import { randomInt } from "node:crypto";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FIRST_DROP, Outcome, Verdict } from "../../assembly/abi.ts";
import { Draw } from "../support/random.ts";
import { type Batch, Comparison } from "./comparison.ts";
import { nextTime } from "./clock.ts";
import { EXTERNAL, ROUTERS, SCENARIOS } from "./scenarios.ts";
import * as sequences from "./sequence.ts";

const PACKETS = Number(process.env["PROVENAT_FUZZ_PACKETS"] ?? 1_000_000);
const SEED = Number(process.env["PROVENAT_FUZZ_SEED"] ?? randomInt(2 ** 31));
const SEQUENCE_LENGTH = 4_000;

/** Outcomes that a configured core never has, or not in tables of this size. */
const UNREACHED = [Outcome.NotConfigured, Outcome.EndpointTableFull, Outcome.SessionTableFull];

/** Outcomes of frames that may leave for a next hop that is not known. */
const ROUTED = [
  Outcome.Outbound,
  Outcome.Inbound,
  Outcome.Hairpin,
  Outcome.Echo,
  Outcome.Released,
  Outcome.TimeExceeded,
  Outcome.TooBig,
];

const coreAgainstModel = suite("the core against the model");

coreAgainstModel(`agrees on ${PACKETS} packets (seed ${SEED})`, () => {
  const met = new Set<string>();
  let left = PACKETS;
  for (let index = 0; left > 0; index++) {
    const seed = (SEED + index) >>> 0;
    const draw = Draw.seeded(seed);
    const sequence = sequences.newSequence(seed, draw);
    left -= runOrExplain(sequence, seed, () =>
      sequences.runSequence(sequence, draw, Math.min(left, SEQUENCE_LENGTH), met),
    );
  }
  if (PACKETS >= 200_000) assert.equal(unmet(met), [], `not met with seed ${SEED}`);
});

coreAgainstModel("agrees on short sequences that fast-check can shrink", () => {
  const entropy = fc.array(fc.array(fc.nat(0xffffffff), { maxLength: 40 }), { maxLength: 12 });
  const scenario = fc.constantFrom(...SCENARIOS, ...ROUTERS);
  const property = fc.property(scenario, entropy, ({ options }, steps) => {
    const seed = Uint32Array.of(1, 2, 3, 4);
    const comparison = new Comparison({ ...options, externalAddress: EXTERNAL, seed });
    for (const step of steps) {
      const draw = Draw.from(step);
      const batch: Batch = {
        now: nextTime(draw, comparison.model.state),
        inputs: [sequences.nextFor(comparison, draw)],
      };
      comparison.run(batch);
    }
  });
  fc.assert(property, { seed: SEED, numRuns: 100 });
});

/** Runs a sequence; if that fails, says how to see it again and what is the least that fails. */
function runOrExplain(sequence: sequences.Sequence, seed: number, run: () => number): number {
  try {
    return run();
  } catch (error) {
    const least = sequences.minimized(sequence);
    throw new Error(
      `${(least.error ?? (error as Error)).message}\n\n` +
        `${sequence.scenario.name}: ${JSON.stringify(sequence.scenario.options)}\n` +
        `Replay: PROVENAT_FUZZ_SEED=${seed} PROVENAT_FUZZ_PACKETS=${SEQUENCE_LENGTH} ` +
        `npx tsx test/fuzz/core-against-model.test.ts\n` +
        `The least that fails, ${least.batches.length} batches:\n${sequences.described(least.batches)}`,
    );
  }
}

/** What should have been met and was not. */
function unmet(met: Set<string>): string[] {
  const outcomes = Object.values(Outcome).filter((each) => typeof each === "number");
  const expected = outcomes
    .filter((outcome) => !UNREACHED.includes(outcome))
    .map((outcome) => fate(outcome, outcome < FIRST_DROP ? Verdict.Forward : Verdict.Drop));
  const routed = ROUTED.flatMap((outcome) => [
    fate(outcome, Verdict.Forward),
    fate(outcome, Verdict.Resolve),
  ]);
  return [...expected, ...routed].filter((each) => !met.has(each));
}

function fate(outcome: Outcome, verdict: Verdict): string {
  return `${Outcome[outcome]} ${Verdict[verdict]}`;
}

coreAgainstModel.run();
