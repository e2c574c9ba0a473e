/** Where an execution stands: the functions it is in, with their locals, stacks and labels. */
import { constant, type Term } from "../terms/term.ts";
import type { Instruction, WasmFunction } from "../wasm/module.ts";
import type { Octets } from "./octets.ts";
import type { Path, State } from "./path.ts";

/** An execution that the machine cannot follow: the proof gives up, with the place. */
export class Unsupported extends Error {}

interface Label {
  isLoop: boolean;
  /** Where a branch to it goes on. */
  target: number;
  height: number;
  arity: number;
}

/** A summed-up loop as it is entered. */
export interface Head {
  /** Of the locals that its rule speaks of. */
  values: Term[];
  instructions: number;
  /** How many calls came before. */
  calls: number;
  /** Memory once what its rule forgets is forgotten, and before. */
  state: State;
  before: State;
  octets: Octets;
}

/** A function that has been entered. */
export interface Frame {
  body: WasmFunction;
  /** Where in its code the next instruction is. */
  next: number;
  locals: Term[];
  stack: Term[];
  labels: Label[];
  /** Times that each loop has been gone round. */
  rounds: Map<number, number>;
  /** Of each loop that is summed up, by where it begins. */
  heads: Map<number, Head>;
  /** The loop that has just been jumped back to. */
  returnedTo: number | undefined;
}

/** A path, and the functions it is in, the innermost last. */
export interface Run {
  path: Path;
  frames: Frame[];
}

/** The function as it is entered. Locals that are no parameters begin as zero. */
export function frameOf(body: WasmFunction, args: readonly Term[]): Frame {
  const locals = body.locals.map((type, i) => args[i] ?? constant(0, type === "i32" ? 32 : 64));
  return {
    body,
    next: 0,
    locals,
    stack: [],
    labels: [],
    rounds: new Map(),
    heads: new Map(),
    returnedTo: undefined,
  };
}

export function innermost({ frames }: Run): Frame {
  return frames[frames.length - 1]!;
}

/** The same place on another path. */
export function cloneOf(run: Run, path = run.path.fork()): Run {
  const frames = run.frames.map((frame) => ({
    ...frame,
    locals: [...frame.locals],
    stack: [...frame.stack],
    labels: [...frame.labels],
    rounds: new Map(frame.rounds),
    heads: new Map(frame.heads),
  }));
  return { path, frames };
}

/** Of a block or an `if`. */
export function labelOf({ type, end }: Instruction, { stack }: Frame): Label {
  return { isLoop: false, target: end! + 1, height: stack.length, arity: type ? 1 : 0 };
}

/** Of a loop that begins at `at`. */
export function loopLabel(at: number, { stack }: Frame): Label {
  return { isLoop: true, target: at, height: stack.length, arity: 0 };
}

/** Branches to the label that is so many labels out; beyond the last one, to the end. */
export function jump(frame: Frame, depth: number): void {
  const position = frame.labels.length - 1 - depth;
  const label = frame.labels[position];
  if (!label) {
    frame.next = frame.body.code.length;
    return;
  }
  const kept = frame.stack.splice(frame.stack.length - label.arity);
  frame.stack.length = label.height;
  frame.stack.push(...kept);
  frame.labels.length = label.isLoop ? position + 1 : position;
  frame.next = label.isLoop ? label.target + 1 : label.target;
  if (label.isLoop) frame.returnedTo = label.target;
}
