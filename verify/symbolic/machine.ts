/**
 * Runs a function of the module on unknown arguments and memory: forks at each branch that may go
 * both ways, and shows at each load, store and call that it may be made.
 */
import { TRUE, isConstant, type Term } from "../terms/term.ts";
import { isNonZero } from "../terms/comparisons.ts";
import { no } from "../terms/logic.ts";
import type { Instruction, Module, ValueType } from "../wasm/module.ts";
import { compute } from "./compute.ts";
import {
  type Frame,
  type Run,
  Unsupported,
  cloneOf,
  frameOf,
  innermost,
  jump,
  labelOf,
  loopLabel,
} from "./frame.ts";
import { type LoopRule, Loops } from "./loops.ts";
import type { Memory, Require } from "./memory.ts";
import { joined, onlyComputes } from "./merge.ts";
import { type Access, accessOf } from "./operations.ts";
import type { Path } from "./path.ts";

/** Answers a call in place of the function's body. Gives each path on which it may return. */
export type Answer = (path: Path, args: Term[]) => Promise<Return[]>;

/** The end of a path. */
export interface Return {
  path: Path;
  result: Term | undefined;
}

export interface Oracle {
  /** Whether the claim holds on the path; undefined if it may go either way. */
  decide(path: Path, claim: Term): Promise<boolean | undefined>;
  require: Require;
}

export class Machine {
  readonly loops: Loops;
  /** Whether an `if` whose arms only compute is one path instead of two. */
  merges = true;

  constructor(
    private readonly module: Module,
    private readonly memory: Memory,
    private readonly oracle: Oracle,
    private readonly answers: Map<number, Answer>,
    /** For loops to be summed up, by function. */
    rules: ReadonlyMap<number, LoopRule> = new Map(),
  ) {
    this.loops = new Loops(rules, oracle.require);
  }

  /**
   * Runs function `index`, even one that has an answer, and gives the end of each path as soon as it
   * is reached: who finds it wrong need not wait for the others.
   */
  async *ends(index: number, args: Term[], path: Path): AsyncGenerator<Return> {
    const { state, octets } = path;
    path.entry ??= { index, args, state, octets, packet: path.packet };
    const pending: Run[] = [{ path, frames: [this.entered(index, args)] }];
    for (let run = pending.pop(); run; run = pending.pop()) {
      const end = await this.follow(run, pending);
      if (end) yield end;
    }
  }

  /** All ends at once. */
  async run(index: number, args: Term[], path: Path): Promise<Return[]> {
    const ended: Return[] = [];
    for await (const end of this.ends(index, args, path)) ended.push(end);
    return ended;
  }

  private entered(index: number, args: Term[]): Frame {
    const body = this.module.functions[index];
    if (!body) throw new Unsupported(`there is no function ${index}`);
    if (!areOf(body.type.params, args)) {
      throw new Unsupported(`function ${index} does not take what it is given`);
    }
    return frameOf(body, args);
  }

  /** Goes on to the end of the function first called; undefined if the path ends elsewhere. */
  private async follow(run: Run, pending: Run[]): Promise<Return | undefined> {
    for (;;) {
      const frame = innermost(run);
      const instruction = frame.body.code[frame.next];
      if (!instruction) {
        const result = frame.body.type.results.length > 0 ? frame.stack.pop()! : undefined;
        run.frames.pop();
        if (run.frames.length === 0) return { path: run.path, result };
        if (result) innermost(run).stack.push(result);
        continue;
      }
      run.path.instructions++;
      try {
        if (!(await this.step(run, frame, instruction, pending))) return undefined;
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
    frame.next++;
    if (compute(frame, instruction, this.module.globals, run.path.facts)) return true;
    const access = accessOf(instruction.op);
    if (!access) return this.control(run, frame, instruction, pending);
    const address = frame.stack.at(access.isStore ? -2 : -1)!;
    const choice = choiceIn(run.path.facts.refine(address));
    if (choice) {
      // The same instruction again, on either path.
      frame.next--;
      run.path.instructions--;
      await this.fork(run, pending, choice, () => {});
    } else {
      await this.access(run.path, frame, access, instruction.offset ?? 0);
    }
    return true;
  }

  private async access(path: Path, { stack }: Frame, access: Access, offset: number) {
    if (access.isStore) {
      const value = stack.pop()!;
      await this.memory.store(path, stack.pop()!, offset, access, value);
    } else {
      stack.push(await this.memory.load(path, stack.pop()!, offset, access));
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
        frame.labels.push(loopLabel(at, frame));
        await this.loops.enter(run.path, frame, at);
        return true;
      case "if":
        await this.choose(run, frame, at, pending);
        return true;
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
        return this.loops.goRound(run.path, frame);
      case "br_if":
        await this.fork(run, pending, isNonZero(frame.stack.pop()!), (taken, isTrue) => {
          if (isTrue) jump(taken, instruction.immediate!);
        });
        return this.loops.goRound(run.path, frame);
      case "return":
        frame.next = frame.body.code.length;
        return true;
      case "call":
        return this.call(run, frame, instruction.immediate!, pending);
      case "unreachable":
        await this.oracle.require(run.path, no(TRUE), "no trap is reached");
        return false;
      default:
        throw new Unsupported(`${instruction.op} is not supported`);
    }
  }

  /** The `if` at `at`. */
  private async choose(run: Run, frame: Frame, at: number, pending: Run[]): Promise<void> {
    const opener = frame.body.code[at]!;
    const condition = isNonZero(frame.stack.pop()!);
    if (this.merges && onlyComputes(frame.body, at)) {
      if (await this.merge(run, frame, at, condition)) return;
    }
    frame.labels.push(labelOf(opener, frame));
    await this.fork(run, pending, condition, (taken, isTrue) => {
      if (isTrue) return;
      if (opener.else === undefined) taken.labels.pop();
      taken.next = (opener.else ?? opener.end!) + 1;
    });
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
      take(innermost(other), false);
      pending.push(other);
    }
    run.path.assume(decided === false ? no(claim) : claim);
    take(innermost(run), decided !== false);
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
      const inner = innermost(arm);
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
    const [yes, otherwise] = arms.map(innermost) as [Frame, Frame];
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
      run.frames.push(this.entered(index, args));
      return true;
    }
    for (const { path, result } of await answer(run.path, args)) {
      const next = cloneOf(run, path);
      if (!areOf(callee.type.results, result ? [result] : [])) {
        throw new Unsupported(`function ${index} does not return what is said of it`);
      }
      if (result) innermost(next).stack.push(result);
      pending.push(next);
    }
    return false;
  }
}

/** Whether values are of some types, and no more than these. */
function areOf(types: readonly ValueType[], values: readonly Term[]): boolean {
  return (
    types.length === values.length &&
    types.every((type, i) => values[i]!.width === (type === "i32" ? 32 : 64))
  );
}

/** A condition that an address depends on: with it decided, the address names one region. */
function choiceIn(address: Term): Term | undefined {
  const parts = address.op === "sum" ? address.args : [address];
  return parts.find(({ op }) => op === "ite")?.args[0];
}
