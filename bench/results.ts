/** Where results go: bench/results/<date>-<processor>-<bench>.json. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";

/** What was run where and when. Results of former times may lack some of it. */
export interface Head {
  command: string;
  date: string;
  /** The processor's model, how many of them there are, and whether a hypervisor shares them out. */
  cpu: string;
  processors: number;
  virtual: boolean;
  node: string;
  /** SHA-256 of the core. */
  core: string;
}

/** Writes `results`, below what was run where and when. Returns the file's name. */
export function saveResults(bench: string, command: string, results: object): string {
  mkdirSync("bench/results", { recursive: true });
  const head = headOf(command);
  const file = `bench/results/${head.date}-${slug(head.cpu)}-${bench}.json`;
  writeResults(file, { ...head, ...results });
  return file;
}

export function headOf(command: string): Head {
  const models = cpus().map(({ model }) => model.trim());
  return {
    command,
    date: new Date().toISOString().slice(0, 10),
    cpu: models[0]!,
    processors: models.length,
    virtual: /^flags\s*:.*\bhypervisor\b/m.test(readFileSync("/proc/cpuinfo", "utf8")),
    node: process.version,
    core: readFileSync("build/core.sha256", "utf8").split(" ")[0]!,
  };
}

/** A line for each member, and for each element of those that are lists: there may be thousands. */
export function writeResults(file: string, results: object): void {
  const lines = Object.entries(results).map(
    ([name, value]) =>
      `  ${JSON.stringify(name)}: ${Array.isArray(value) ? list(value) : text(value)}`,
  );
  writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
}

function list(values: unknown[]): string {
  if (values.length === 0) return "[]";
  return `[\n${values.map((value) => `    ${text(value)}`).join(",\n")}\n  ]`;
}

function text(value: unknown): string {
  return JSON.stringify(value);
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
