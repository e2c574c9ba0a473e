/** What a file of results says, for plots and tables. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Head } from "../results.ts";
import type { Measurement, Success } from "./record.ts";
import type { Summary } from "./summary.ts";

/** What was found. */
export interface Findings {
  kernel: string;
  notes: string[];
  /** By name, what exactly it is. In the order in which they are to be shown. */
  rivals: Record<string, string>;
  cases: Summary[];
  failed: Measurement[];
  measurements: Success[];
}

export type Results = Findings & Partial<Head>;

/** The results in `folder` that were measured last, whatever their name. Throws if there are none. */
export function newestResults(folder: string): { file: string; results: Results } {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const found = names
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(folder, name))
    .map((file) => ({ file, results: JSON.parse(readFileSync(file, "utf8")) as Results }))
    .filter(({ results }) => isOfThisBench(results));
  const newest = found.sort((a, b) => endOf(a.results) - endOf(b.results)).at(-1);
  if (newest !== undefined) return newest;
  const remedy = "Make some with `npm run bench:netns`, or name another folder with --folder";
  throw new Error(`${folder}: there are no results of bench:netns. ${remedy}.`);
}

function isOfThisBench({ rivals, cases, measurements }: Partial<Results>): boolean {
  return rivals !== undefined && Array.isArray(cases) && Array.isArray(measurements);
}

/** When the last measurement was made. */
function endOf({ measurements }: Results): number {
  return Math.max(...measurements.map(({ time }) => Date.parse(time)));
}
