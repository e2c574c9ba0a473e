/**
 * One mutant before the verifier, in processes of its own: a wrong core may take the prover to where
 * it never comes from the right one.
 */
import { fileURLToPath } from "node:url";
import { answerOf } from "../process-group.ts";
import type { Refutation } from "../refute.ts";
import { type Core, changedFunctions } from "./difference.ts";
import { judgesIn } from "./judges.ts";
import type { Finding } from "./run.ts";
import type { Task } from "./worker.ts";

export interface TrialOptions {
  /** For a mutant in all. Who exceeds it has not been refuted. */
  limitMs: number;
  cacheFolder?: string | undefined;
  /** What is said of a function of the core itself. */
  control?: (name: string) => Promise<Finding>;
}

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));

/** No function has this index. */
const NOWHERE = -1;

/**
 * Asks for a counterexample in each function that is not the core's, or in its callers if it has no
 * unit, up to the first: in `unit`, if that is one of them, and then in the others, into which the
 * same change may have been inlined.
 */
export async function trial(
  core: Core,
  mutant: Core,
  unit: string,
  { limitMs, cacheFolder, control }: TrialOptions,
): Promise<Finding> {
  const changed = changedFunctions(core, mutant);
  if (changed.length === 0) return { status: "proved", theorem: "it is the core" };
  const judges = changed.flatMap(judgesIn(mutant));
  const first = judges.filter((name) => isCalled(name, unit));
  const deadline = performance.now() + limitMs;
  const functions = { ...absent(core), ...mutant.manifest.functions };
  let worst: Finding = { status: "proved" };
  for (const name of new Set([...first, ...judges])) {
    const task: Task = { bytes: mutant.binary, functions, unit: name, cacheFolder };
    const finding = await refutationIn(task, deadline - performance.now());
    const known = finding.status === "refuted" && control ? await control(name) : undefined;
    if (known && known.status !== "proved") {
      worst = { status: "gave up", theorem: `${name} of the core: ${known.theorem}` };
      continue;
    }
    if (finding.status === "refuted") return finding;
    if (worst.status === "proved") worst = finding;
  }
  return worst;
}

/** Asks of each function of the core once. What is false of it as well says nothing of a mutant. */
export function controlOf(
  core: Core,
  { limitMs, cacheFolder }: TrialOptions,
): (name: string) => Promise<Finding> {
  const known = new Map<string, Promise<Finding>>();
  return (name) => {
    const { binary: bytes, manifest } = core;
    const task: Task = { bytes, functions: manifest.functions, unit: name, cacheFolder };
    if (!known.has(name)) known.set(name, refutationIn(task, limitMs));
    return known.get(name)!;
  };
}

function isCalled(name: string, ending: string): boolean {
  return `/${name}`.endsWith(`/${ending}`);
}

/** What a mutant never calls is not in it; that it should be called is still to be shown. */
function absent({ manifest }: Core): Record<string, number> {
  return Object.fromEntries(Object.keys(manifest.functions).map((name) => [name, NOWHERE]));
}

async function refutationIn(task: Task, limitMs: number): Promise<Refutation> {
  try {
    if (limitMs <= 0) throw new Error("there was no time for it");
    return await answerOf<Refutation>(WORKER, task, { limitMs });
  } catch (error) {
    return { status: "gave up", theorem: `${task.unit}: ${(error as Error).message}` };
  }
}
