/** The solvers there are, and how each is started. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "./process.ts";

export function hasNative(): boolean {
  return nativeZ3() !== undefined || nativeCvc5() !== undefined;
}

export function nativeZ3(): Command | undefined {
  const file = onPath("z3");
  return file === undefined
    ? undefined
    : {
        name: "z3",
        file,
        args: ["-in", "-smt2"],
        preamble: (ms) => `(reset)\n(set-option :timeout ${Math.ceil(ms)})`,
      };
}

/** z3 by its general solver, which has little to prepare: half the time where there is little to do. */
export function nativeZ3General(): Command | undefined {
  const command = nativeZ3();
  return command && { ...command, check: "(check-sat-using smt)" };
}

export function nativeCvc5(): Command | undefined {
  const file = onPath("cvc5");
  return file === undefined
    ? undefined
    : {
        name: "cvc5",
        file,
        args: ["--lang=smt2", "--incremental", "--produce-models"],
        preamble: (ms) => `(reset)\n(set-option :tlimit-per ${Math.ceil(ms)})`,
      };
}

/**
 * From the package z3-solver: slower, but there whenever the packages are. What it takes by default
 * is slow at much that is small; its general solver is not.
 */
export function wasmZ3(): Command {
  const isSource = import.meta.url.endsWith(".ts");
  const loader = isSource ? ["--import", import.meta.resolve("tsx")] : [];
  const file = isSource ? "z3-wasm.ts" : "z3-wasm.js";
  const program = fileURLToPath(new URL(file, import.meta.url));
  return {
    name: "z3-wasm",
    file: process.execPath,
    args: [...loader, program],
    check: "(check-sat-using smt)",
    preamble: (ms) => `(reset)\n(set-option :timeout ${Math.ceil(ms)})`,
  };
}

/**
 * The same by another way: two values of a function are told apart by their arguments, pair by pair
 * and once and for all, and what is left are bits. For all that compares or multiplies long words.
 */
export function wasmZ3Bits(): Command {
  const check = `(check-sat-using (using-params qfufbv :div0_ackermann_limit ${MOST_PAIRS}))`;
  return { ...wasmZ3(), name: "z3-wasm by bits", check };
}

/** Z3's own limit is met by the table of sessions. */
const MOST_PAIRS = 100_000;

function onPath(name: string): string | undefined {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // The next folder may have it.
    }
  }
  return undefined;
}
