/**
 * Runs a function of the module on unknown arguments and memory: forks at each branch that may go
 * both ways, and shows at each load, store and call that it may be made.
 */
import { TRUE, constant, isConstant, variable, type Term } from "../terms/term.ts";
import { isNonZero, ite, no, ult } from "../terms/logic.ts";
import type { Instruction, Module, WasmFunction } from "../wasm/module.ts";
import type { Memory, Require } from "./memory.ts";
import { joined, onlyComputes } from "./merge.ts";
import { accessOf, binaryOf, unaryOf } from "./operations.ts";
import type { Octets } from "./octets.ts";
import type { Path, State } from "./path.ts";

/** Answers a call in place of the function's body. Gives each path on which it may return. */
export type Answer = (path: Path, args: Term[]) => Promise<Return[]>;

export interface Return {
  path: Path;
  result: Term | undefined;
}

/** How a loop that is not run to its end is summed up. */
export interface LoopRule {
  /** Names of the locals that the rule speaks of. */
  roles: string[];
  /** What holds at the head of the loop, given those locals. */
  holds(path: Path, now: Term[]): Term;
  /** An unsigned number that goes down with every round. */
  variant(path: Path, now: Term[]): Term;
  /** Forgets what the loop may have changed in memory. */
  forget?(path: Path): void;
  /** Whether a round may leave another packet than it found. */
  forgetsPacket?: boolean;
}

export interface Oracle {
  /** Whether the claim holds on the path; undefined if it may go either way. */
  decide(path: Path, claim: Term): Promise<boolean | undefined>;
  require: Require;
}

interface Label {
  isLoop: boolean;
  /** Where a branch to it goes on. */
  target: number;
  height: number;
  arity: number;
}

/** A summed-up loop as it is entered. */
interface Head {
  values: Term[];
  instructions: number;
  /** Memory once what its rule forgets is forgotten, and before. */
  state: State;
  before: State;
  octets: Octets;
}

interface Frame {
  body: WasmFunction;
  next: number;
  locals: Term[];
  stack: Term[];
  labels: Label[];
  /** Times that each loop has been gone round. */
  rounds: Map<number, number>;
  /** Of loops that are summed up: the values that their rule speaks of, at the head. */
  heads: Map<number, Head>;
  /** The loop that has just been jumped back to. */
  returnedTo: number | undefined;
}

interface Run {
  path: Path;
  frames: Frame[];
}

const MOST_ROUNDS = 64;

/** An execution that the machine cannot follow: the proof gives up, with the place. */
export class Unsupported extends Error {}

export class Machine {
  /** Of loops that are summed up: most instructions in a round, and the paths of the rounds. */
  longestRound = 0;
  readonly rounds: Path[] = [];
  /** Whether an `if` whose arms only compute is one path instead of two. */
  merges = false;
  /** Times that a loop that is summed up was entered. */
  private entries = 0;

  constructor(
    private readonly module: Module,
    private readonly memory: Memory,
    private readonly oracle: Oracle,
    private readonly answers: Map<number, Answer>,
    /** Loops to be cut, by function. */
    private readonly loops: Map<number, LoopRule & { locals: number[] }> = new Map(),
  ) {}

  /** Runs function `index`, even one that has an answer, and gives each path to its end. */
  async run(index: number, args: Term[], path: Path): Promise<Return[]> {
    const { state, octets } = path;
    path.entry ??= { index, args, state, octets, packet: this.memory.packet };
    const ended: Return[] = [];
    const pending: Run[] = [{ path, frames: [this.frameOf(index, args)] }];
    for (let run = pending.pop(); run; run = pending.pop()) {
      await this.follow(run, pending, ended);
    }
    return ended;
  }

  private frameOf(index: number, args: Term[]): Frame {
    const body = this.module.functions[index];
    if (!body) throw new Unsupported(`there is no function ${index}`);
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

  private async follow(run: Run, pending: Run[], ended: Return[]): Promise<void> {
    for (;;) {
      const frame = run.frames[run.frames.length - 1]!;
      const instruction = frame.body.code[frame.next];
      if (!instruction) {
        const result = frame.body.type.results.length > 0 ? frame.stack.pop()! : undefined;
        run.frames.pop();
        const caller = run.frames[run.frames.length - 1];
        if (!caller) {
          ended.push({ path: run.path, result });
          return;
        }
        if (result) caller.stack.push(result);
        continue;
      }
      run.path.instructions++;
      try {
        if (!(await this.step(run, frame, instruction, pending))) return;
      } catch (error) {
        if (error instanceof Unsupported || !(error instanceof Error)) throw error;
        const place = `function ${frame.body.index}, octet ${instruction.at} (${instruction.op})`;
        throw new Unsupported(`${place}: ${error.message}`, { cause: error });
      }
    }
  }

  /** One instruction; false when the path ends here. */
  private async step(
    run: Run,
    frame: Frame,
    instruction: Instruction,
    pending: Run[],
  ): Promise<boolean> {
    const { op } = instruction;
    const { stack } = frame;
    frame.next++;
    const binary = binaryOf(op);
    if (binary) {
      const b = stack.pop()!;
      stack.push(binary(stack.pop()!, b));
      return true;
    }
    const unary = unaryOf(op);
    if (unary) {
      stack.push(unary(stack.pop()!));
      return true;
    }
    const access = accessOf(op);
    if (access) {
      const choice = choiceIn(run.path.facts.refine(stack.at(access.isStore ? -2 : -1)!));
      if (choice) {
        frame.next--;
        run.path.instructions--;
        await this.fork(run, pending, choice, () => {});
        return true;
      }
      const offset = instruction.offset ?? 0;
      if (access.isStore) {
        const value = stack.pop()!;
        await this.memory.store(run.path, stack.pop()!, offset, access, value);
      } else {
        stack.push(await this.memory.load(run.path, stack.pop()!, offset, access));
      }
      return true;
    }
    switch (op) {
      case "i32.const":
        stack.push(constant(instruction.value!, 32));
        return true;
      case "i64.const":
        stack.push(constant(instruction.value!, 64));
        return true;
      case "local.get":
        stack.push(frame.locals[instruction.immediate!]!);
        return true;
      case "local.set":
        frame.locals[instruction.immediate!] = stack.pop()!;
        return true;
      case "local.tee":
        frame.locals[instruction.immediate!] = stack[stack.length - 1]!;
        return true;
      case "global.get": {
        const global = this.module.globals[instruction.immediate!]!;
        stack.push(constant(global.value, global.type === "i32" ? 32 : 64));
        return true;
      }
      case "drop":
        stack.pop();
        return true;
      case "select": {
        const condition = isNonZero(stack.pop()!);
        const otherwise = stack.pop()!;
        stack.push(ite(run.path.facts.refine(condition), stack.pop()!, otherwise));
        return true;
      }
      case "nop":
        return true;
      case "unreachable":
        await this.oracle.require(run.path, no(TRUE), "no trap is reached");
        return false;
      default:
        return this.control(run, frame, instruction, pending);
    }
  }

  private async control(
    run: Run,
    frame: Frame,
    instruction: Instruction,
    pending: Run[],
  ): Promise<boolean> {
    const at = frame.next - 1;
    switch (instruction.op) {
      case "block":
        frame.labels.push(labelOf(instruction, frame));
        return true;
      case "loop":
        frame.labels.push({ isLoop: true, target: at, height: frame.stack.length, arity: 0 });
        await this.enterLoop(run.path, frame, at);
        return true;
      case "if": {
        const condition = isNonZero(frame.stack.pop()!);
        if (this.merges && onlyComputes(frame.body, at)) {
          if (await this.merge(run, frame, at, condition)) return true;
        }
        frame.labels.push(labelOf(instruction, frame));
        await this.fork(run, pending, condition, (taken, isTrue) => {
          if (isTrue) return;
          if (instruction.else === undefined) taken.labels.pop();
          taken.next = (instruction.else ?? instruction.end!) + 1;
        });
        return true;
      }
      case "else":
        // The first arm ends here.
        frame.labels.pop();
        frame.next = instruction.end! + 1;
        return true;
      case "end":
        frame.labels.pop();
        return true;
      case "br":
        jump(frame, instruction.immediate!);
        return this.goRound(run.path, frame);
      case "br_if": {
        const condition = isNonZero(frame.stack.pop()!);
        await this.fork(run, pending, condition, (taken, isTrue) => {
          if (isTrue) jump(taken, instruction.immediate!);
        });
        return this.goRound(run.path, frame);
      }
      case "return":
        frame.next = frame.body.code.length;
        return true;
      case "call":
        return this.call(run, frame, instruction.immediate!, pending);
      default:
        throw new Unsupported(`${instruction.op} is not supported`);
    }
  }

  /** Goes on both ways where both are possible. */
  private async fork(
    run: Run,
    pending: Run[],
    condition: Term,
    take: (frame: Frame, isTrue: boolean) => void,
  ): Promise<void> {
    const claim = run.path.facts.refine(condition);
    const decided = await this.oracle.decide(run.path, claim);
    if (decided === undefined) {
      const other = cloneOf(run);
      other.path.assume(no(claim));
      take(other.frames[other.frames.length - 1]!, false);
      pending.push(other);
    }
    run.path.assume(decided === false ? no(claim) : claim);
    take(run.frames[run.frames.length - 1]!, decided !== false);
  }

  /** Runs both arms of the `if` at `at` as one path; false if they have more than one path each. */
  private async merge(run: Run, frame: Frame, at: number, condition: Term): Promise<boolean> {
    const { code } = frame.body;
    const opener = code[at]!;
    const claim = run.path.facts.refine(condition);
    if (isConstant(claim)) return false;
    const arms: Run[] = [];
    for (const isTrue of [true, false]) {
      const arm = cloneOf(run);
      arm.path.assume(isTrue ? claim : no(claim));
      const inner = arm.frames[arm.frames.length - 1]!;
      const isAbsent = !isTrue && opener.else === undefined;
      if (!isAbsent) inner.labels.push(labelOf(opener, inner));
      inner.next = (isTrue ? at : (opener.else ?? opener.end!)) + 1;
      const others: Run[] = [];
      while (inner.next <= opener.end!) {
        arm.path.instructions++;
        await this.step(arm, inner, code[inner.next]!, others);
        if (others.length > 0) return false;
      }
      arms.push(arm);
    }
    const [yes, otherwise] = arms.map(({ frames }) => frames[frames.length - 1]!) as [Frame, Frame];
    Object.assign(frame, joined(claim, yes, otherwise), { next: opener.end! + 1 });
    run.path.instructions = Math.max(...arms.map(({ path }) => path.instructions));
    return true;
  }

  private async call(run: Run, frame: Frame, index: number, pending: Run[]): Promise<boolean> {
    const callee = this.module.functions[index]!;
    const first = frame.stack.length - callee.type.params.length;
    const args = frame.stack.splice(first).map((arg) => run.path.facts.refine(arg));
    const answer = this.answers.get(index);
    if (!answer) {
      run.frames.push(this.frameOf(index, args));
      return true;
    }
    for (const { path, result } of await answer(run.path, args)) {
      const next = cloneOf(run, path);
      if (result) next.frames[next.frames.length - 1]!.stack.push(result);
      pending.push(next);
    }
    return false;
  }

  /** At the head of a loop that is summed up: what holds now, and any values for which it holds. */
  private async enterLoop(path: Path, frame: Frame, at: number): Promise<void> {
    const rule = this.loops.get(frame.body.index);
    if (!rule) return;
    this.entries++;
    const atEntry = rule.locals.map((local) => frame.locals[local]!);
    await this.oracle.require(path, rule.holds(path, atEntry), "the loop's rule holds at first");
    for (const local of localsSetIn(frame.body, at)) {
      frame.locals[local] = variable(
        `loop ${this.entries} local ${local}`,
        frame.locals[local]!.width,
      );
    }
    const before = path.state;
    rule.forget?.(path);
    const now = rule.locals.map((local) => frame.locals[local]!);
    path.assume(rule.holds(path, now));
    const { instructions, state, octets } = path;
    frame.heads.set(at, { values: now, instructions, state, octets, before });
  }

  /** After a jump: false when it has led back to the head of a loop that is summed up. */
  private async goRound(path: Path, frame: Frame): Promise<boolean> {
    if (frame.returnedTo === undefined) return true;
    const at = frame.returnedTo;
    frame.returnedTo = undefined;
    const head = frame.heads.get(at);
    if (!head) {
      const rounds = (frame.rounds.get(at) ?? 0) + 1;
      if (rounds > MOST_ROUNDS) throw new Unsupported("a loop without an end in sight");
      frame.rounds.set(at, rounds);
      return true;
    }
    if (path.octets !== head.octets && !this.loops.get(frame.body.index)!.forgetsPacket) {
      throw new Unsupported("a loop that changes the packet");
    }
    for (const name of path.state.names) {
      const [now, atHead] = [path.state.table(name), head.state.table(name)];
      const isForgotten = !atHead.isSameAs(head.before.table(name));
      if (now.isSameAs(atHead) || (isForgotten && atHead.written.length === 0)) continue;
      throw new Unsupported(`a loop that changes ${name}, which its rule does not forget`);
    }
    const rule = this.loops.get(frame.body.index)!;
    const now = rule.locals.map((local) => frame.locals[local]!);
    await this.oracle.require(path, rule.holds(path, now), "the loop's rule holds again");
    const isLess = ult(rule.variant(path, now), rule.variant(path, head.values));
    await this.oracle.require(path, isLess, "the loop comes nearer to its end");
    this.longestRound = Math.max(this.longestRound, path.instructions - head.instructions);
    this.rounds.push(path);
    return false;
  }
}

/** A condition that an address depends on: with it decided, the address names one region. */
function choiceIn(address: Term): Term | undefined {
  const parts = address.op === "sum" ? address.args : [address];
  return parts.find(({ op }) => op === "ite")?.args[0];
}

function labelOf(instruction: Instruction, frame: Frame): Label {
  const arity = instruction.type ? 1 : 0;
  return { isLoop: false, target: instruction.end! + 1, height: frame.stack.length, arity };
}

function jump(frame: Frame, depth: number): void {
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

function cloneOf(run: Run, path = run.path.fork()): Run {
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

function localsSetIn(body: WasmFunction, loop: number): Set<number> {
  const within = body.code.slice(loop, body.code[loop]!.end);
  const sets = within.filter(({ op }) => op === "local.set" || op === "local.tee");
  return new Set(sets.map(({ immediate }) => immediate!));
}
