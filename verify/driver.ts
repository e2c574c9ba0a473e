/** Proves units in processes of their own, as many at a time as there are processors, two at most. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { UNITS } from "./proofs/units.ts";
import type { Functions, ProveOptions } from "./prove.ts";
import { type UnitReport, unproved } from "./report.ts";
import type { Outcome, Task } from "./worker.ts";
import { answerOf } from "./process-group.ts";

/** What is to be proved, and how. */
export interface Job {
  bytes: Uint8Array;
  functions: Functions;
  units: string[];
  options: Omit<ProveOptions, "trace">;
  /** Is given each report as it comes. */
  report(report: UnitReport): void;
  /** Is given the trace of each unit. */
  trace?: (text: string) => void;
  /** Ends all processes; what they were at is then given up. */
  signal?: AbortSignal;
}

const WORKER = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "worker.ts" : "worker.js", import.meta.url),
);

/** Of units that have not been timed: seconds, more or less; for others a few. */
const WEIGHTS: [part: string, seconds: number][] = [
  ["nat/", 300],
  ["session-table/put", 200],
  ["index/", 100],
  ["recency/", 60],
  ["index-pool/", 60],
];

/** Reports in the order in which they came. */
export async function proveAll(job: Job): Promise<UnitReport[]> {
  const times = new Times(job.options.cacheFolder);
  const waiting = [...job.units].sort((a, b) => times.of(b) - times.of(a));
  const reports: UnitReport[] = [];
  const work = async (): Promise<void> => {
    for (let unit = waiting.shift(); unit !== undefined; unit = waiting.shift()) {
      const report = await inProcess(job, unit);
      reports.push(report);
      if (report.status === "proved" && report.queries > 0) times.note(unit, report.seconds);
      job.report(report);
    }
  };
  const count = Math.min(2, availableParallelism());
  await Promise.all(Array.from({ length: count }, work));
  times.save();
  return reports;
}

async function inProcess(job: Job, unit: string): Promise<UnitReport> {
  const { bytes, functions, options, signal, trace } = job;
  const theorem = UNITS.find(({ name }) => name === unit)?.theorem ?? "";
  const begun = performance.now();
  if (signal?.aborted) return unproved(unit, theorem, "it was not begun");
  try {
    const task: Task = { bytes, functions, unit, options, wantsTrace: trace !== undefined };
    const outcome = await answerOf<Outcome>(WORKER, task, signal && { signal });
    trace?.(outcome.trace);
    return outcome.report;
  } catch (error) {
    const seconds = (performance.now() - begun) / 1000;
    const why = signal?.aborted ? "it was interrupted" : (error as Error).message;
    return { ...unproved(unit, theorem, why), seconds };
  }
}

/** How long units have taken, kept beside the answers of the solver. */
class Times {
  readonly #file: string | undefined;
  readonly #seconds: Record<string, number>;

  constructor(folder: string | undefined) {
    this.#file = folder && join(folder, "seconds.json");
    this.#seconds = read(this.#file);
  }

  of(unit: string): number {
    const weight = WEIGHTS.find(([part]) => unit.includes(part))?.[1] ?? 10;
    return this.#seconds[unit] ?? weight;
  }

  note(unit: string, seconds: number): void {
    this.#seconds[unit] = Math.max(seconds, this.#seconds[unit] ?? 0);
  }

  save(): void {
    if (this.#file === undefined) return;
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify(this.#seconds));
  }
}

function read(file: string | undefined): Record<string, number> {
  try {
    return file === undefined ? {} : JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // It only says where to begin.
    return {};
  }
}
