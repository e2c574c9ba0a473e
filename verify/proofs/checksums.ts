/** The functions that sum octets, each against what contracts/checksum.ts says of them. */
import {
  HEADER,
  MESSAGE,
  MOST_OCTETS,
  MOST_SUM,
  SUM,
  isOnes,
  octetSum,
  requiresHeader,
  requiresMessage,
  sumsToOnes,
  wordSum,
  wordSumStep,
} from "../contracts/checksum.ts";
import { below, isZero, u32 } from "../contracts/words.ts";
import { type LoopRule, localsSetIn } from "../symbolic/loops.ts";
import { type Answer, Machine } from "../symbolic/machine.ts";
import { Memory } from "../symbolic/memory.ts";
import { Octets } from "../symbolic/octets.ts";
import { Path } from "../symbolic/path.ts";
import { add, linear, sumOf } from "../terms/arithmetic.ts";
import { concat, extract, zeroExtend } from "../terms/bits.ts";
import { eq, ule } from "../terms/comparisons.ts";
import { all, ite, number } from "../terms/logic.ts";
import { onesSum } from "../terms/ones-complement.ts";
import { TRUE, constant, variable, type Term } from "../terms/term.ts";
import { PACKET, packetClaims } from "./calls.ts";
import { showUnwritten } from "./frame.ts";
import { anyState } from "./state.ts";
import type { Context, Findings, Unit } from "./unit.ts";

/** Octets of the packet from anywhere on. */
const FROM = variable("from", 32);

export const CHECKSUM_UNITS: Unit[] = [
  { name: HEADER, theorem: "tells whether a header sums to ones", prove: proveHeader },
  { name: SUM, theorem: "sums the words of a message", prove: proveSum },
  { name: MESSAGE, theorem: "tells whether a message sums to ones", prove: proveMessage },
];

async function proveHeader({ module, indexOf, prover }: Context): Promise<Findings> {
  const paths: Path[] = [];
  for (let length = 20; length <= 60; length += 4) {
    const path = new Path(anyState(), Octets.arriving());
    for (const { says } of packetClaims(PACKET)) path.assume(says);
    for (const { says } of requiresHeader(FROM, u32(length), PACKET.length)) path.assume(says);
    path.enter(PACKET);
    const memory = new Memory([], prover.require, prover.suggest);
    const machine = new Machine(module, memory, prover, new Map());
    const args = [add(PACKET.base, FROM), u32(length)];
    for await (const end of machine.ends(indexOf(HEADER), args, path)) {
      await showUnwritten(end.path, HEADER, prover);
      const words = Array.from({ length: length / 2 }, (_, i) => wordAt(end.path, 2 * i));
      const claim = eq(onesSum(...words), constant(0xffff, 16));
      const what = `${HEADER}, ${length} octets: the result`;
      await prover.show(end.path, eq(end.result!, number(claim, 32)), what);
      paths.push(end.path);
    }
  }
  return { paths };
}

/** The word at a distance from the first octet, the first octet the less significant. */
function wordAt(path: Path, distance: number): Term {
  return Octets.arriving().readWord(add(FROM, u32(distance)), 2, path.facts);
}

const LENGTH = variable("given octets", 32);
const EVEN = concat(extract(LENGTH, 31, 1), constant(0, 1));
/** A round for every two octets, and the one that finds that there are no more. */
const ROUNDS = Math.floor(MOST_OCTETS / 2) + 1;

/** The sum so far is that of the words before `at`. */
class SumRule implements LoopRule {
  /** What it was asked for: before the loop, at its head, and after each round. */
  private asked: Term[][] = [];

  constructor(readonly locals: number[]) {}

  /** The sum and the distance at the head. */
  get head(): Term[] {
    return this.asked[1]!;
  }

  holds(path: Path, now: Term[]): Term {
    const [sum, at] = now as [Term, Term];
    // What wordSum is, at the distances that matter: up to EVEN, as is said below.
    if (this.asked.push(now) <= 2) {
      path.assume(wordSumStep(FROM, at, (octet) => path.octets.read(octet, path.facts)));
    }
    return all(
      eq(sum, wordSum(FROM, at)),
      isZero(extract(at, 0, 0)),
      ule(at, EVEN),
      // Of at / 2 words, each below 2^16.
      ule(sum, linear([at, 32768n])),
    );
  }

  variant(_path: Path, [, at]: Term[]): Term {
    return linear([EVEN, 1n], [at!, -1n]);
  }
}

/** It only looks at the sum. */
async function proveMessage(context: Context): Promise<Findings> {
  const { module, indexOf, prover, answers } = context;
  answerSum(context);
  const start = messagePath();
  const memory = new Memory([], prover.require, prover.suggest);
  const machine = new Machine(module, memory, prover, answers);
  const args = [add(PACKET.base, FROM), LENGTH];
  const paths: Path[] = [];
  for await (const { path, result } of machine.ends(indexOf(MESSAGE), args, start)) {
    await showUnwritten(path, MESSAGE, prover);
    const isValid = number(isOnes(octetSum(FROM, LENGTH)), 32);
    await prover.show(path, eq(result!, isValid), `${MESSAGE}: the result`);
    paths.push(path);
  }
  return { paths };
}

/** Some octets of a packet. */
function messagePath(): Path {
  const start = new Path(anyState(), Octets.arriving());
  for (const { says } of packetClaims(PACKET)) start.assume(says);
  for (const { says } of requiresMessage(FROM, LENGTH, PACKET.length)) start.assume(says);
  start.enter(PACKET);
  return start;
}

async function proveSum(context: Context): Promise<Findings> {
  const { module, indexOf, prover } = context;
  const locals = localsSetIn(module.functions[indexOf(SUM)]!.code);
  // Which of them play which part is tried out: a rule that holds, holds.
  const pairs = locals.flatMap((sum) => locals.map((at) => [sum, at]));
  const guesses = pairs.filter(([sum, at]) => sum !== at);
  return prover.withGuess(guesses, (guess) => proveWith(context, new SumRule(guess)));
}

async function proveWith({ module, indexOf, prover }: Context, rule: SumRule): Promise<Findings> {
  const index = indexOf(SUM);
  const start = messagePath();
  const memory = new Memory([], prover.require, prover.suggest);
  const machine = new Machine(module, memory, prover, new Map(), new Map([[index, rule]]));
  // An odd last octet is a matter of its own.
  machine.merges = false;
  const args = [add(PACKET.base, FROM), LENGTH];
  const paths: Path[] = [];
  for await (const { path, result } of machine.ends(index, args, start)) {
    await showUnwritten(path, SUM, prover);
    const [sum] = rule.head;
    await prover.require(path, eq(sum!, wordSum(FROM, EVEN)), `${SUM}: the sum of all words`);
    const isOdd = eq(extract(LENGTH, 0, 0), constant(1, 1));
    const last = zeroExtend(Octets.arriving().read(add(FROM, EVEN), path.facts), 32);
    const claim = eq(result!, ite(isOdd, sumOf([sum!, last], 32), sum!));
    await prover.showCases(path, claim, `${SUM}: the result`, [isOdd]);
    await prover.showCases(path, below(result!, MOST_SUM), `${SUM}: it is not too large`, [isOdd]);
    paths.push(path);
  }
  const { longestRound: instructions, rounds } = machine.loops;
  return { paths, loop: { rounds: ROUNDS, instructions, paths: rounds } };
}

/** Stands in for those that check sums. */
export function answerChecksums(context: Context): void {
  const isValid = (from: Term, octets: Term) => zeroExtend(sumsToOnes(from, octets), 32);
  answer(context, HEADER, requiresHeader, isValid);
  answer(context, MESSAGE, requiresMessage, isValid);
}

/** Stands in for the one that only sums. */
export function answerSum(context: Context): void {
  answer(context, SUM, requiresMessage, octetSum, (sum) => below(sum, MOST_SUM));
}

/** Of the path's packet, which may not have been changed yet. */
function answer(
  { prover, answers, indexOf }: Context,
  name: string,
  requires: typeof requiresHeader,
  gives: (from: Term, octets: Term) => Term,
  promises: (result: Term) => Term = () => TRUE,
): void {
  const stand: Answer = async (path, [address, octets]) => {
    await showUnwritten(path, `before ${name}`, prover);
    const packet = path.packet!;
    const from = path.facts.refine(linear([address!, 1n], [packet.base, -1n]));
    const claims = [...packetClaims(packet), ...requires(from, octets!, packet.length)];
    for (const { name: what, says } of claims) {
      await prover.require(path, says, `${name} may be called: ${what}`);
    }
    const result = gives(from, path.facts.refine(octets!));
    path.assume(promises(result));
    const { state } = path;
    path.calls.push({ name, args: [address!, octets!], result, before: state, after: state });
    return [{ path, result }];
  };
  answers.set(indexOf(name), stand);
}
