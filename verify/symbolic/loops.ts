/**
 * Loops. Without a rule they are run to their end; with one they are summed up: what the rule says
 * holds at first, and again after one round from anywhere that it holds.
 */
import { ult } from "../terms/comparisons.ts";
import { variable, type Term } from "../terms/term.ts";
import type { Instruction } from "../wasm/module.ts";
import { type Frame, type Head, Unsupported } from "./frame.ts";
import type { Require } from "./memory.ts";
import type { Path } from "./path.ts";

/** How a loop that is not run to its end is summed up. */
export interface LoopRule {
  /** The locals that it speaks of, in the order in which it is given them. */
  locals: readonly number[];
  /** What holds at the head of the loop. */
  holds(path: Path, now: Term[]): Term;
  /** An unsigned number that goes down with every round. */
  variant(path: Path, now: Term[]): Term;
  /** Forgets what the loop may have changed in memory; `now` may be anything. */
  forget?(path: Path, now: Term[]): void;
  /** Whether a round may leave another packet than it found. */
  forgetsPacket?: boolean;
}

const MOST_ROUNDS = 64;

export class Loops {
  /** Of loops that are summed up: most instructions in a round, and the paths of the rounds. */
  longestRound = 0;
  readonly rounds: Path[] = [];
  /** Times that a loop that is summed up was entered. */
  private entries = 0;

  constructor(
    /** By function. */
    private readonly rules: ReadonlyMap<number, LoopRule>,
    private readonly require: Require,
  ) {}

  /** At the head of a loop that is summed up: what holds now, and any values for which it holds. */
  async enter(path: Path, frame: Frame, at: number): Promise<void> {
    const rule = this.rules.get(frame.body.index);
    if (!rule) return;
    this.entries++;
    await this.require(
      path,
      rule.holds(path, valuesIn(frame, rule)),
      "the loop's rule holds at first",
    );
    const { code } = frame.body;
    for (const local of localsSetIn(code.slice(at, code[at]!.end))) {
      const { width } = frame.locals[local]!;
      frame.locals[local] = variable(`loop ${this.entries} local ${local}`, width);
    }
    const before = path.state;
    const values = valuesIn(frame, rule);
    rule.forget?.(path, values);
    path.assume(rule.holds(path, values));
    const { instructions, state, octets } = path;
    const calls = path.calls.length;
    frame.heads.set(at, { values, instructions, calls, state, octets, before });
  }

  /** After a jump: false when it has led back to the head of a loop that is summed up. */
  async goRound(path: Path, frame: Frame): Promise<boolean> {
    const at = frame.returnedTo;
    if (at === undefined) return true;
    frame.returnedTo = undefined;
    const head = frame.heads.get(at);
    if (head) {
      await this.endRound(path, frame, head);
      return false;
    }
    const rounds = (frame.rounds.get(at) ?? 0) + 1;
    if (rounds > MOST_ROUNDS) throw new Unsupported("a loop without an end in sight");
    frame.rounds.set(at, rounds);
    return true;
  }

  private async endRound(path: Path, frame: Frame, head: Head): Promise<void> {
    const rule = this.rules.get(frame.body.index)!;
    mustForget(rule, path, head);
    const now = valuesIn(frame, rule);
    await this.require(path, rule.holds(path, now), "the loop's rule holds again");
    const isLess = ult(rule.variant(path, now), rule.variant(path, head.values));
    await this.require(path, isLess, "the loop comes nearer to its end");
    // What was called before the loop is none of the round's.
    path.calls.splice(0, head.calls);
    this.longestRound = Math.max(this.longestRound, path.instructions - head.instructions);
    this.rounds.push(path);
  }
}

/** What a round has changed in memory is not what it was at the head of the next one. */
function mustForget(rule: LoopRule, { octets, state }: Path, head: Head): void {
  if (octets !== head.octets && !rule.forgetsPacket) {
    throw new Unsupported("a loop that changes the packet");
  }
  for (const name of state.names) {
    const [now, atHead] = [state.table(name), head.state.table(name)];
    const isForgotten = !atHead.isSameAs(head.before.table(name));
    if (now.isSameAs(atHead) || (isForgotten && atHead.written.length === 0)) continue;
    throw new Unsupported(`a loop that changes ${name}, which its rule does not forget`);
  }
}

function valuesIn({ locals }: Frame, rule: LoopRule): Term[] {
  return rule.locals.map((local) => locals[local]!);
}

/** The locals that some instructions set, in that order. */
export function localsSetIn(code: readonly Instruction[]): number[] {
  const sets = code.filter(({ op }) => op === "local.set" || op === "local.tee");
  return [...new Set(sets.map(({ immediate }) => immediate!))];
}
