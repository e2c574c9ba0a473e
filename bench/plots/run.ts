/** Plots the newest results of bench:netns, each into an SVG file, in place of those of older ones. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { newestResults } from "../netns/results.ts";
import { drawAll, only } from "./plots.ts";

interface Options {
  folder: string;
  only?: string[];
  into: string;
}

try {
  const command = new Command("bench:plots")
    .option("--folder <path>", "where the results are", "bench/results")
    .option("--only <names...>", "rivals to plot")
    .option("--into <path>", "where the plots go; those that are there are removed", "docs/plots");
  plot(command.parse().opts<Options>());
} catch (error) {
  process.stderr.write(`bench:plots: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

function plot({ folder, only: names, into }: Options): void {
  const { file, results } = newestResults(folder);
  const plots = drawAll(only(results, names));
  if (plots.size === 0) {
    const cases = "npm run bench:netns -- --cases '^rate|^one-way'";
    const problem = "has neither rates of several numbers of flows nor one-way latencies";
    throw new Error(`${file}: ${problem}. Measure some with \`${cases}\`.`);
  }
  mkdirSync(into, { recursive: true });
  const old = readdirSync(into).filter((name) => name.endsWith(".svg"));
  for (const name of old) rmSync(join(into, name));
  for (const [name, svg] of plots) writeFileSync(join(into, name), svg);
  console.log(`${[...plots.keys()].map((name) => join(into, name)).join("\n")}\nof ${file}`);
}
