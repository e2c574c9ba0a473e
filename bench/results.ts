/** Where results go: bench/results/<date>-<processor>-<bench>.json. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";

/** Writes `results`, below what was run where and when. Returns the file's name. */
export function saveResults(bench: string, command: string, results: object): string {
  mkdirSync("bench/results", { recursive: true });
  const cpu = cpus()[0]!.model.trim();
  const date = new Date().toISOString().slice(0, 10);
  const file = `bench/results/${date}-${slug(cpu)}-${bench}.json`;
  const core = readFileSync("build/core.sha256", "utf8").split(" ")[0];
  const result = { command, date, cpu, node: process.version, core, ...results };
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
