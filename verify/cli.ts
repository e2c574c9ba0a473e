#!/usr/bin/env node
/**
 * Proves the module that ships, octet by octet. Exit code 0 only if everything is proved; 1 if not,
 * 2 for a mistake of the user.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, CommanderError, Option } from "commander";
import { proveAll } from "./driver.ts";
import { checkModule, checkWhole, MODULE } from "./module-check.ts";
import { asDocument, perPacket, summaryLines, unitLines, type Verdict } from "./print.ts";
import { UNITS } from "./proofs/units.ts";
import type { Functions } from "./prove.ts";
import type { UnitReport } from "./report.ts";
import { defaultCacheFolder } from "./solver/cache.ts";
import { hasNative } from "./solver/commands.ts";
import type { SolverKind } from "./solver/solver.ts";

const MISUSE = 2;

interface Flags {
  only?: string;
  module?: string;
  manifest?: string;
  solver?: SolverKind;
  /** False for --no-cache. */
  cache: string | false;
  trace?: string;
  json?: boolean;
}

/** Something the user can set right. */
class Misuse extends Error {}

const program = new Command("provenat verify")
  .description("Prove that the module does what is said of it, for every packet.")
  .option("--only <text>", "only what has this in its name")
  .option("--module <file>", "another module")
  .option("--manifest <file>", "where its functions are (default: beside it, ending in .json)")
  .addOption(new Option("--solver <kind>", "which solvers").choices(["native", "wasm"]))
  .option("--cache <folder>", "where answers of the solver are kept", defaultCacheFolder())
  .option("--no-cache", "ask everything anew")
  .option("--trace <file>", "write down each path: conditions, calls, claims")
  .option("--json", "print one JSON document")
  .exitOverride()
  .configureOutput({ outputError: () => {} });

// The reader of a pipe, such as head, has had enough. The workers end with the driver.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") complain(error.message);
  process.exit(1);
});

try {
  program.parse();
  await verify(program.opts<Flags>());
} catch (error) {
  const isHelp = error instanceof CommanderError && error.exitCode === 0;
  if (!isHelp) complain(sentenceOf(error));
  process.exitCode = isHelp ? 0 : MISUSE;
}

async function verify(flags: Flags): Promise<void> {
  const begun = performance.now();
  if (flags.solver === "native" && !hasNative()) {
    throw new Misuse("--solver native: neither cvc5 nor z3 is on the path");
  }
  const file = flags.module ?? shipped("core.wasm");
  const bytes = contents(file);
  if (!isWasm(bytes)) throw new Misuse(`${file}: this is not a WebAssembly module`);
  const functions = functionsIn(flags.manifest ?? file.replace(/(\.wasm)?$/, ".json"));
  const wants = (name: string): boolean => name.includes(flags.only ?? "");
  const units = UNITS.map(({ name }) => name).filter(wants);
  if (units.length === 0 && !wants(MODULE))
    throw new Misuse(`--only: nothing has "${flags.only}" in its name`);
  if (flags.trace) begin(flags.trace);

  const reports: UnitReport[] = [];
  const report = (one: UnitReport): void => {
    reports.push(one);
    if (!flags.json) unitLines(one).forEach(print);
  };
  if (wants(MODULE)) report(checkModule(bytes, functions));
  await proveAll({
    bytes,
    functions,
    units,
    options: {
      ...(flags.solver && { solver: flags.solver }),
      ...(flags.cache && { cacheFolder: flags.cache }),
    },
    report,
    ...(flags.trace && { trace: (text: string) => appendFileSync(flags.trace!, text) }),
    signal: interruption(),
  });
  if (flags.only === undefined) report(checkWhole(reports, functions));

  const isProved = reports.length > 0 && reports.every(({ status }) => status === "proved");
  const verdict: Verdict = {
    module: relative(process.cwd(), file),
    ...(flags.only !== undefined && { only: flags.only }),
    sha256: createHash("sha256").update(bytes).digest("hex"),
    octets: bytes.length,
    solver: [...new Set(reports.map(({ solver }) => solver).filter(Boolean))].join(", "),
    cacheFolder: flags.cache || undefined,
    reports,
    // Where only some units are asked for, what the others cost is not known.
    instructionsPerPacket: flags.only === undefined ? perPacket(reports, functions) : undefined,
    seconds: (performance.now() - begun) / 1000,
  };
  if (flags.json) print(JSON.stringify(asDocument(verdict, isProved), null, 2));
  else summaryLines(verdict).forEach(print);
  process.exitCode = isProved ? 0 : 1;
}

/** Aborted by the first signal to end; then the report says what was found so far. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => controller.abort());
  }
  return controller.signal;
}

function functionsIn(file: string): Functions {
  let manifest: { functions?: Functions };
  try {
    manifest = JSON.parse(new TextDecoder().decode(contents(file)));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Misuse(`${file}: ${error.message}`);
  }
  if (typeof manifest.functions !== "object") throw new Misuse(`${file}: it has no "functions"`);
  return manifest.functions;
}

function contents(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    throw new Misuse(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Whether it begins as a module does (WebAssembly 1.0 §5.5.15). */
function isWasm(bytes: Uint8Array): boolean {
  return [0x00, 0x61, 0x73, 0x6d].every((octet, at) => bytes[at] === octet);
}

/** Empties a file that is to be written. */
function begin(file: string): void {
  try {
    writeFileSync(file, "");
  } catch (error) {
    throw new Misuse(`${file}: cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** A file of build/, beside the compiled verifier or in the source tree. */
function shipped(name: string): string {
  const places = ["../build/", "../../build/"].map((base) =>
    fileURLToPath(new URL(base + name, import.meta.url)),
  );
  const found = places.find((place) => existsSync(place));
  if (!found) throw new Misuse(`build/${name}: not found. Run "npm run build:core" first`);
  return found;
}

function sentenceOf(error: unknown): string {
  if (error instanceof CommanderError) return error.message.replace(/^error: (.*?)\.?$/s, "$1.");
  if (error instanceof Misuse) return `${error.message}.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(sentence: string): void {
  process.stderr.write(`provenat verify: ${sentence}\n`);
}
