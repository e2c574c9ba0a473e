/** One run of a scenario, and what is left of it after everything needless is taken away. */
import { MAX_BATCH } from "../../assembly/abi.ts";
import type { NatOptions } from "../../host/settings.ts";
import { hex } from "../support/octets.ts";
import { Draw } from "../support/random.ts";
import { nextTime } from "./clock.ts";
import { type Batch, Comparison, SLOT } from "./comparison.ts";
import { nextFrame } from "./frames.ts";
import { EXTERNAL, ROUTERS, type Scenario, SCENARIOS, STARTS } from "./scenarios.ts";
import { type Context, type Input, nextInput } from "./traffic.ts";

/** Packets between two comparisons of the whole state. */
const STATE_EVERY = 2000;

export interface Sequence {
  scenario: Scenario;
  options: NatOptions;
  /** What happened so far. */
  batches: Batch[];
}

/** The sequence that `seed` stands for: scenario, core's seed and packets. */
export function newSequence(seed: number, draw: Draw): Sequence {
  const scenario = draw.pick(draw.below(5) < 2 ? ROUTERS : SCENARIOS);
  const words = Uint32Array.from({ length: 4 }, (_, index) => Math.imul(seed + index, 0x9e3779b1));
  return {
    scenario,
    options: { ...scenario.options, externalAddress: EXTERNAL, seed: words },
    batches: [],
  };
}

/** The next packet for the NAT of a comparison, or frame if it is a router. */
export function nextFor({ model, history, held }: Comparison, draw: Draw): Input {
  const context: Context = { state: model.state, history, held };
  return model.state.settings.router ? nextFrame(draw, context) : nextInput(draw, context);
}

/**
 * Runs `packets` packets, noting them in `sequence` and what they met with in `met`. Returns their
 * number. Throws `Disagreement`.
 */
export function runSequence(
  sequence: Sequence,
  draw: Draw,
  packets: number,
  met: Set<string>,
): number {
  const comparison = new Comparison(sequence.options);
  let now = draw.pick(STARTS);
  let done = 0;
  for (let compared = 0; done < packets;) {
    const size = Math.min(packets - done, batchSize(draw));
    const inputs = Array.from({ length: size }, () => nextFor(comparison, draw));
    const batch = { now, inputs };
    sequence.batches.push(batch);
    comparison.run(batch);
    done += size;
    if (done - compared >= STATE_EVERY || done >= packets) {
      comparison.compareState();
      compared = done;
    }
    now = nextTime(draw, comparison.model.state);
  }
  for (const fate of comparison.met) met.add(fate);
  return done;
}

function batchSize(draw: Draw): number {
  const kind = draw.weighted({ one: 12, few: 5, full: 1 });
  if (kind === "one") return 1;
  return kind === "few" ? draw.between(2, 16) : draw.between(17, MAX_BATCH);
}

/** What core and model disagree about in `batches`, or undefined. */
function disagreement(options: NatOptions, batches: Batch[]): Error | undefined {
  try {
    const comparison = new Comparison(options);
    for (const batch of batches) comparison.run(batch);
    comparison.compareState();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** Takes away batches, then packets, as long as some disagreement is left; gives up after a while. */
export function minimized({ options, batches }: Sequence): { batches: Batch[]; error?: Error } {
  let error = disagreement(options, batches);
  if (!error) return { batches };
  let singles = batches;
  const apart = batches.flatMap(({ now, inputs }) =>
    inputs.map((input) => ({ now, inputs: [input] })),
  );
  const apartError = disagreement(options, apart);
  if (apartError) [singles, error] = [apart, apartError];

  let attempts = 0;
  for (let size = Math.ceil(singles.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = singles.length - size; at >= 0 && attempts < 600; at -= size) {
      const rest = singles.toSpliced(at, size);
      const found = disagreement(options, rest);
      attempts += 1;
      if (found) [singles, error] = [rest, found];
    }
  }
  return { batches: singles, error };
}

/** The batches as text that a regression test can be written from. */
export function described(batches: Batch[]): string {
  return batches
    .flatMap(({ now, inputs }) =>
      inputs.map(({ octets, side, shift }) => {
        const length = octets.length > SLOT ? ` (${octets.length} octets)` : "";
        return `  at ${now} side ${side} shift ${shift ?? 0}${length}: ${hex(octets)}`;
      }),
    )
    .join("\n");
}
