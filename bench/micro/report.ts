/** The results, as JSON in bench/results and as a Markdown table. */
import { saveResults } from "../results.ts";
import type { Spread } from "../spread.ts";

export interface Row {
  title: string;
  batch: number;
  rounds: number;
  leftOut: number;
  /** ns a packet, by network function. */
  costs: Record<string, Spread>;
}

/** Writes the results and returns the file's name. */
export function save(rows: Row[]): string {
  return saveResults("micro", "npm run bench", { rows });
}

export function table(rows: Row[]): string {
  const names = ["nop", "unverified", "core"];
  const lines = rows.map(({ title, batch, costs }) => {
    const cells = names.map((name) => cell(costs[name]));
    return `| ${batch} | ${title} | ${cells.join(" | ")} |`;
  });
  const head = `| batch | mappings | ${names.join(" | ")} |`;
  return [head, "|---|---|---|---|---|", ...lines].join("\n");
}

function cell(cost: Spread | undefined): string {
  if (!cost) return "";
  return `${cost.median.toFixed(1)} (${cost.least.toFixed(1)}-${cost.most.toFixed(1)})`;
}
