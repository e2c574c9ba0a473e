/**
 * guess and touch: looking ahead for a batch leaves everything as it was but the fates of descriptors,
 * which may then be any numbers. Nothing relies on what these are.
 */
import { REGIONS } from "../contracts/layout.ts";
import { u32 } from "../contracts/words.ts";
import { type LoopRule, localsSetIn } from "../symbolic/loops.ts";
import { type Answer, Machine } from "../symbolic/machine.ts";
import { Memory } from "../symbolic/memory.ts";
import { Octets } from "../symbolic/octets.ts";
import { Path, type State } from "../symbolic/path.ts";
import { linear } from "../terms/arithmetic.ts";
import { ule } from "../terms/comparisons.ts";
import { variable, type Term } from "../terms/term.ts";
import { guarded } from "./abstraction.ts";
import { packetOf } from "./calls.ts";
import { answerContainers } from "./containers.ts";
import { showLawful } from "./contract.ts";
import { showUnchanged, showUnwritten } from "./frame.ts";
import { anyState, forget } from "./state.ts";
import type { Context, Findings, Unit } from "./unit.ts";

export const GUESS = "nat/ahead/guess";
export const TOUCH = "nat/ahead/touch";

/** Packets in a batch. */
export const MOST_PACKETS = 256;

const CHANGED = ["fate"];
const COUNT = variable("count", 32);

export const AHEAD_UNITS: Unit[] = [GUESS, TOUCH].map((name) => ({
  name,
  theorem: "ends, and changes nothing but fates of descriptors",
  prove: (context) => prove(context, name),
}));

/** At the head of the loop: any fates, and an index. */
class AheadRule implements LoopRule {
  constructor(readonly locals: number[]) {}

  holds(_path: Path, [index]: Term[]): Term {
    return ule(index!, COUNT);
  }

  variant(_path: Path, [index]: Term[]): Term {
    return linear([COUNT, 1n], [index!, -1n]);
  }

  forget(path: Path, [index]: Term[]): void {
    path.state = forget(path.state, CHANGED);
    path.enter(packetOf(path.state, index!));
  }
}

async function prove(context: Context, name: string): Promise<Findings> {
  const body = context.module.functions[context.indexOf(name)]!;
  const locals = localsSetIn(body.code).filter((local) => body.locals[local] === "i32");
  // Which local is the index is tried out: a rule that holds, holds.
  return context.prover.withGuess(locals.reverse(), (local) =>
    proveWith(context, name, new AheadRule([local])),
  );
}

async function proveWith(context: Context, name: string, rule: AheadRule): Promise<Findings> {
  const { module, indexOf, prover, answers } = context;
  answerContainers(context);
  const index = indexOf(name);
  const start = anyState();
  const path = new Path(start, Octets.arriving());
  path.laws.push(...guarded(start));
  path.assume(ule(COUNT, u32(MOST_PACKETS)));
  const memory = new Memory(REGIONS, prover.require, prover.suggest);
  const machine = new Machine(module, memory, prover, answers, new Map([[index, rule]]));
  const paths: Path[] = [];
  for await (const { path: end } of machine.ends(index, [COUNT], path)) {
    await showLeftAlone(end, start, name, context);
    paths.push(end);
  }
  const { longestRound: instructions, rounds } = machine.loops;
  for (const round of rounds) await showLeftAlone(round, start, name, context);
  return { paths, loop: { rounds: MOST_PACKETS + 1, instructions, paths: rounds } };
}

async function showLeftAlone(
  path: Path,
  start: State,
  name: string,
  { prover }: Context,
): Promise<void> {
  await showUnchanged(path, path.state, start, CHANGED, `in ${name}`, prover);
  await showUnwritten(path, `in ${name}`, prover);
}

/** Stands in for both. */
export function answerAhead({ prover, answers, indexOf }: Context): void {
  const answer =
    (name: string): Answer =>
    async (path, args) => {
      const [packets] = args as [Term];
      const what = `${name} may be called: at most a batch`;
      await prover.require(path, ule(packets, u32(MOST_PACKETS)), what);
      const laws = guarded(path.state);
      await showLawful(path, laws, prover);
      path.laws.push(...laws);
      const next = path.fork();
      const before = path.state;
      next.state = forget(before, CHANGED);
      next.calls.push({ name, args, result: undefined, before, after: next.state });
      return [{ path: next, result: undefined }];
    };
  answers.set(indexOf(GUESS), answer(GUESS));
  answers.set(indexOf(TOUCH), answer(TOUCH));
}
