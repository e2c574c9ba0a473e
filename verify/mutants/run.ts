/**
 * Runs mutants through the verifier, and says which of them it refutes. That is what its proofs are
 * worth: a mutant that is proved shows something that the specification does not say.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Manifest, buildCore } from "../../tools/core-compiler.ts";
import { defaultCacheFolder } from "../solver/cache.ts";
import { binaryMutant } from "./binary.ts";
import { sample, standard } from "./choice.ts";
import type { Core } from "./difference.ts";
import type { SourceMutant, Unit } from "./mutant.ts";
import { SOURCE_MUTANTS, changed } from "./source.ts";
import { type TrialOptions, controlOf, trial } from "./trial.ts";

/** What the verifier says of one function. Only a counterexample refutes; running out of time does not. */
export interface Finding {
  status: "refuted" | "proved" | "gave up";
  /** The first theorem that is false, or not decided. */
  theorem?: string;
  counterexample?: string;
}

export type Refute = (binary: Uint8Array, manifest: Manifest, unit: Unit) => Promise<Finding>;

/** A mutant, ready to be made. */
export interface Candidate {
  name: string;
  unit: Unit;
  says: string;
  defect?: string;
  equivalent?: string;
  build(): Promise<Core>;
}

/**
 * Refutes what can be refuted, with one line of report for each mutant and one at the end. Returns
 * whether every mutant was, but for those that are known to be equivalent.
 */
export async function runMutants(
  candidates: Candidate[],
  refute: Refute,
  report: (line: string) => void,
  jobs = 1,
): Promise<boolean> {
  const tally = { killed: 0, survived: 0, gaveUp: 0, equivalent: 0 };
  const waiting = [...candidates];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const begun = performance.now();
      const { kind, line } = judged(next, await findingOf(next, refute));
      tally[kind] += 1;
      report(`${line}  (${Math.round((performance.now() - begun) / 1000)} s)`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  const { killed, survived, gaveUp, equivalent } = tally;
  const known = equivalent > 0 ? `, ${equivalent} equivalent` : "";
  report(`${killed} killed, ${survived} survived, ${gaveUp} gave up${known}`);
  return candidates.length > 0 && survived + gaveUp === 0;
}

async function findingOf({ unit, build }: Candidate, refute: Refute): Promise<Finding> {
  try {
    const { binary, manifest } = await build();
    return await refute(binary, manifest, unit);
  } catch (error) {
    // A verifier that fails has refuted nothing.
    return { status: "gave up", theorem: (error as Error).message };
  }
}

function judged(
  { name, unit, says, equivalent }: Candidate,
  { status, theorem = unit, counterexample }: Finding,
): { kind: "killed" | "survived" | "gaveUp" | "equivalent"; line: string } {
  if (status === "refuted") {
    const packet = counterexample ? `  ${counterexample}` : "";
    return { kind: "killed", line: `killed      ${name}  ${theorem}${packet}` };
  }
  if (equivalent) return { kind: "equivalent", line: `equivalent  ${name}  ${equivalent}` };
  if (status === "gave up") return { kind: "gaveUp", line: `GAVE UP     ${name}  ${theorem}` };
  return { kind: "survived", line: `SURVIVED    ${name}  ${unit}: ${says}` };
}

export function sourceCandidate(mutant: SourceMutant): Candidate {
  const { file } = mutant;
  const build = (): ReturnType<Candidate["build"]> =>
    buildCore({ sources: { [file]: changed(mutant, readFileSync(file, "utf8")) } });
  return { ...mutant, build };
}

/** The mutants that `count` seeds from `first` on stand for. */
function binaryCandidates({ binary: core, manifest }: Core, first: number, count: number) {
  return Array.from({ length: count }, (_, index): Candidate => {
    const { binary, ...mutant } = binaryMutant(core, manifest.functions, first + index);
    return { ...mutant, build: async () => ({ binary, manifest }) };
  });
}

/** The command's arguments: flags, and parts of names or units. */
export const FLAGS = {
  all: { type: "boolean", default: false },
  sample: { type: "string" },
  binary: { type: "string" },
  seed: { type: "string", default: "1" },
  jobs: { type: "string", default: "2" },
  minutes: { type: "string", default: "10" },
  proved: { type: "boolean", default: false },
  counterexamples: { type: "boolean", default: false },
  cache: { type: "string" },
} as const;

const OF_EACH_UNIT = 1;
const CORE_LIMIT_MS = 30 * 60_000;

/**
 * Returns the exit code. With `--binary`, mutants of the octets instead of the source. With
 * `--proved` the core is taken to be so; otherwise each function is proved that a mutant is refuted in.
 */
export async function main(args: string[]): Promise<number> {
  const { values: flags, positionals: wanted } = parseArgs({
    args,
    allowPositionals: true,
    options: FLAGS,
  });
  const core = await buildCore();
  const every = flags.binary
    ? binaryCandidates(core, Number(flags.seed), Number(flags.binary))
    : SOURCE_MUTANTS.map(sourceCandidate);
  const named = every.filter(({ name, unit }) =>
    wanted.some((part) => name.includes(part) || unit.includes(part)),
  );
  const isAll = flags.all || flags.sample !== undefined || flags.binary !== undefined;
  const set = wanted.length > 0 ? named : isAll ? every : standard(every, OF_EACH_UNIT);
  const candidates = flags.sample === undefined ? set : sample(set, Number(flags.sample));
  if (candidates.length === 0) {
    console.log("No mutant has such a name or unit.");
    return 1;
  }
  const cacheFolder = flags.cache ?? defaultCacheFolder();
  const options: TrialOptions = { limitMs: Number(flags.minutes) * 60_000, cacheFolder };
  if (!flags.proved) options.control = controlOf(core, { limitMs: CORE_LIMIT_MS, cacheFolder });
  const refute: Refute = async (binary, manifest, unit) => {
    const { counterexample, ...finding } = await trial(core, { binary, manifest }, unit, options);
    return flags.counterexamples && counterexample ? { ...finding, counterexample } : finding;
  };
  return (await runMutants(candidates, refute, console.log, Number(flags.jobs))) ? 0 : 1;
}
