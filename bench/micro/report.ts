/** The results, as JSON in bench/results and as a Markdown table. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import type { Spread } from "./measure.ts";

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
  mkdirSync("bench/results", { recursive: true });
  const cpu = cpus()[0]!.model.trim();
  const date = new Date().toISOString().slice(0, 10);
  const slug = cpu
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  const file = `bench/results/${date}-${slug}-micro.json`;
  const core = readFileSync("build/core.sha256", "utf8").split(" ")[0];
  const result = { command: "npm run bench", date, cpu, node: process.version, core, rows };
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
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
