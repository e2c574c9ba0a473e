/** Puts the newest results of bench:netns into the README's table. */
import { readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { newestResults } from "../netns/results.ts";
import { withPart } from "./readme.ts";
import { tableOf } from "./table.ts";

interface Options {
  folder: string;
  into: string;
}

try {
  const command = new Command("bench:table")
    .option("--folder <path>", "where the results are", "bench/results")
    .option("--into <path>", "the text with the table", "README.md");
  const { folder, into } = command.parse().opts<Options>();
  const { file, results } = newestResults(folder);
  writeFileSync(into, withPart(readFileSync(into, "utf8"), tableOf(results, file)));
  console.log(`${into}\nof ${file}`);
} catch (error) {
  process.stderr.write(`bench:table: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
