/**
 * Runs mutants through the verifier, and says which of them it refutes. That is what its proofs are
 * worth: a mutant that is proved shows something that the specification does not say.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Manifest, buildCore } from "../../tools/core-compiler.ts";
import { binaryMutant } from "./binary.ts";
import type { SourceMutant, Unit } from "./mutant.ts";
import { SOURCE_MUTANTS, changed } from "./source.ts";

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
  equivalent?: string;
  build(): Promise<{ binary: Uint8Array; manifest: Manifest }>;
}

/** Solvers are other processes: while one searches, the next mutant is made. */
const AT_ONCE = 2;

/**
 * Refutes what can be refuted, with one line of report for each mutant and one at the end. Returns
 * whether every mutant was, but for those that are known to be equivalent.
 */
export async function runMutants(
  candidates: Candidate[],
  refute: Refute,
  report: (line: string) => void,
): Promise<boolean> {
  const tally = { killed: 0, survived: 0, gaveUp: 0, equivalent: 0 };
  const waiting = [...candidates];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { kind, line } = judged(next, await findingOf(next, refute));
      tally[kind] += 1;
      report(line);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
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
export async function binaryCandidates(first: number, count: number): Promise<Candidate[]> {
  const { binary: core, manifest } = await buildCore();
  return Array.from({ length: count }, (_, index) => {
    const { binary, ...mutant } = binaryMutant(core, manifest.functions, first + index);
    return { ...mutant, build: async () => ({ binary, manifest }) };
  });
}

/**
 * The command: `[--binary count] [--seed first] [part of a name or unit ...]`. Returns its exit code.
 * With `--binary`, mutants of the octets instead of the source.
 */
export async function main(refute: Refute, args: string[]): Promise<number> {
  const { values, positionals: wanted } = parseArgs({
    args,
    allowPositionals: true,
    options: { binary: { type: "string" }, seed: { type: "string", default: "1" } },
  });
  const all = values.binary
    ? await binaryCandidates(Number(values.seed), Number(values.binary))
    : SOURCE_MUTANTS.map(sourceCandidate);
  const candidates = all.filter(
    ({ name, unit }) =>
      wanted.length === 0 || wanted.some((part) => name.includes(part) || unit.includes(part)),
  );
  if (candidates.length === 0) {
    console.log("No mutant has such a name or unit.");
    return 1;
  }
  return (await runMutants(candidates, refute, console.log)) ? 0 : 1;
}
