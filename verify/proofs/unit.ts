/** A unit of the proof: one function of the module, shown to do what is said of it. */
import type { Answer as CallAnswer } from "../symbolic/machine.ts";
import type { Path } from "../symbolic/path.ts";
import type { Prover } from "../symbolic/prover.ts";
import type { Module } from "../wasm/module.ts";

/** What a unit works with. */
export interface Context {
  module: Module;
  /** Index of a function in the module, by its name in the manifest. */
  indexOf(name: string): number;
  prover: Prover;
  /** Contracts in place of functions, by index. */
  answers: Map<number, CallAnswer>;
}

/** What a unit found out, beside what its prover has noted. */
export interface Findings {
  /** Each path to its end. */
  paths: Path[];
  loop?: Loop;
}

/** A loop that was summed up. */
export interface Loop {
  /** The most rounds, and the most instructions in one. */
  rounds: number;
  instructions: number;
  /** The paths of the rounds (`rounds` of the machine's loops), for what they call. */
  paths: Path[];
}

export interface Unit {
  /** The function, as in the manifest; and which part of it, where it is shown in parts. */
  name: string;
  /** What is shown, in a sentence. */
  theorem: string;
  prove(context: Context): Promise<Findings>;
}
