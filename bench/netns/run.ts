/**
 * The benchmark in network namespaces: provenat against other network functions, as routers of the
 * same network. What is measured, and how, is said in cases.ts and rounds.ts.
 *
 * It takes root, two processors, and many hours for all of it. It may be stopped at any time, and
 * goes on where it was when it is run again.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { removeLeftovers } from "../../host/demo/leftovers.ts";
import { headOf, saveResults, writeResults } from "../results.ts";
import { type Case, allCases } from "./cases.ts";
import { makeRoom } from "./conntrack.ts";
import { compileNative } from "./native.ts";
import { whyNoBench } from "./obstacles.ts";
import { comeFirst } from "./processors.ts";
import { MeasurementRecord } from "./record.ts";
import { notes, resultsOf, table } from "./report.ts";
import { BASELINE, allRivals } from "./rivals.ts";
import type { Rival } from "./rivals/rival.ts";
import { measureAll, tasksOf } from "./rounds.ts";
import { fingerprint } from "./stage.ts";
import { summarize } from "./summary.ts";

interface Options {
  rounds: number;
  only?: string[];
  cases?: RegExp;
  folder: string;
  list?: boolean;
}

const ROUNDS = 7;

try {
  const command = new Command("bench:netns")
    .option("--rounds <count>", "rounds to measure", wholeNumber, ROUNDS)
    .option("--only <names...>", `rivals to measure, besides ${BASELINE.name}`)
    .option("--cases <pattern>", "cases to measure, by a regular expression", pattern)
    .option("--folder <path>", "where to keep what has been measured", "build/bench-netns")
    .option("--list", "say what there is to measure, and no more");
  await bench(command.parse().opts<Options>());
} catch (error) {
  progress(`bench:netns: ${(error as Error).message}`);
  process.exitCode = 1;
}

async function bench(options: Options): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "provenat-bench-"));
  const removeScratch = (): void => rmSync(scratch, { recursive: true, force: true });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    // Not once only: a second one would end this process before it has cleaned up.
    process.on(signal, (_: NodeJS.Signals, number: number) => {
      // Comes after labs, whose processes may still write there.
      process.once("exit", removeScratch);
      process.exit(128 + number);
    });
  }
  try {
    await benchIn(scratch, options);
  } finally {
    removeScratch();
  }
}

async function benchIn(scratch: string, options: Options): Promise<void> {
  const cases = allCases().filter(({ name }) => options.cases?.test(name) ?? true);
  const rivals = chosen(allRivals(scratch), options.only);
  if (options.list) return list(cases, rivals);

  const obstacle = whyNoBench();
  if (obstacle !== undefined) throw new Error(obstacle);
  const able = rivals.filter(isAble);
  const record = new MeasurementRecord(join(options.folder, "measurements.jsonl"), conditions());
  removeLeftovers(progress);
  const native = compileNative(scratch);
  makeRoom();
  comeFirst();
  await measureAll(tasksOf(cases, able, options.rounds), record, native, progress);

  const summaries = cases.map((subject) => summarize(subject, able, BASELINE.name, record));
  const results = resultsOf(summaries, able, record);
  console.log(`${table(summaries)}\n\n${notes()}\n\nWritten to ${save(options, results)}.`);
}

/** Only all of it is a result to keep; a part may be, if somebody puts it there. */
function save({ rounds, only, cases, folder }: Options, results: object): string {
  if (rounds >= ROUNDS && only === undefined && cases === undefined) {
    return saveResults("netns", "npm run bench:netns", results);
  }
  const file = join(folder, "results.json");
  const options = process.argv.slice(2).map(quoted).join(" ");
  writeResults(file, { ...headOf(`npm run bench:netns -- ${options}`), ...results });
  return file;
}

/** As it is said to a shell. */
function quoted(argument: string): string {
  return /^[\w./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

/** What figures depend on, besides what is said of each. */
function conditions(): object {
  const core = readFileSync("build/core.sha256", "utf8").split(" ")[0];
  const cpu = cpus()[0]!.model.trim();
  return { kernel: release(), cpu, node: process.version, core, host: fingerprint() };
}

function chosen(rivals: Rival[], names: string[] | undefined): Rival[] {
  if (names === undefined) return rivals;
  const unknown = names.find((name) => !rivals.some((rival) => rival.name === name));
  if (unknown !== undefined) throw new Error(`there is no rival "${unknown}". See --list.`);
  return rivals.filter(({ name }) => name === BASELINE.name || names.includes(name));
}

function isAble(rival: Rival): boolean {
  const obstacle = rival.obstacle();
  if (obstacle !== undefined) progress(`${rival.name} is left out: ${obstacle}`);
  return obstacle === undefined;
}

function list(cases: Case[], rivals: Rival[]): void {
  console.log("Rivals:");
  for (const { name, title } of rivals) console.log(`  ${name.padEnd(28)} ${title}`);
  console.log("Cases:");
  for (const { name, unit } of cases) console.log(`  ${name.padEnd(28)} ${unit}`);
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It takes a whole number above 0.");
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new InvalidArgumentError("It takes a regular expression.");
  }
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
