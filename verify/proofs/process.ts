/** process: a batch is its packets, one after the other. */
import { PACKETS, REGIONS } from "../contracts/layout.ts";
import { LATEST } from "../contracts/session-table.ts";
import * as nat from "../contracts/nat.ts";
import { ZERO, below, scalar, u32, u64 } from "../contracts/words.ts";
import { Links } from "../spec/neighbours.ts";
import { OUTCOMES, type Outcome, type Side, drop, forward } from "../spec/outcome.ts";
import { word16 } from "../spec/datagram.ts";
import { is, must } from "../spec/language.ts";
import { type translate, decide } from "../spec/packet.ts";
import { type LoopRule, localsSetIn } from "../symbolic/loops.ts";
import { type Answer, Machine } from "../symbolic/machine.ts";
import { Memory } from "../symbolic/memory.ts";
import { Octets } from "../symbolic/octets.ts";
import { Path, type State } from "../symbolic/path.ts";
import type { Prover } from "../symbolic/prover.ts";
import { add, linear } from "../terms/arithmetic.ts";
import { concat, zeroExtend } from "../terms/bits.ts";
import { eq, ule, ult } from "../terms/comparisons.ts";
import { all, ite, no, truth } from "../terms/logic.ts";
import { constant, variable, type Term } from "../terms/term.ts";
import { guarded, isReady, settingsOf, swap } from "./abstraction.ts";
import { MOST_PACKETS, answerAhead } from "./ahead.ts";
import { packetClaims, packetOf } from "./calls.ts";
import { answerSum } from "./checksums.ts";
import { showLawful } from "./contract.ts";
import { showUnchanged, showUnwritten } from "./frame.ts";
import { LINK_TABLES, SymbolicLinks } from "./links.ts";
import {
  NOT_TRANSLATED,
  SpecPacket,
  TRANSLATE,
  isReported,
  reportedClaims,
  showSameOctets,
} from "./packet.ts";
import { ReplayedNat } from "./replay.ts";
import { CHANGED } from "./sender.ts";
import { Diverged, runSpec } from "./spec-run.ts";
import { anyState, forget } from "./state.ts";
import type { Context, Findings, Unit } from "./unit.ts";

export const PROCESS = "index/process";

const COUNT = variable("count", 32);

/** Verdicts. */
const DROP = 0;
const FORWARD = 1;
const RESOLVE = 2;

const SETTLED = ["counters", "offset", "length", "side", "fate", ...LINK_TABLES];
const WRITTEN = [...CHANGED, ...SETTLED];

/** Each kind of packets on its own: which kind it is never changes. */
export const PROCESS_UNITS: Unit[] = (["datagrams", "frames"] as const).map((kind) => ({
  name: `${PROCESS}, ${kind}`,
  theorem: `keeps the invariant, and does what the specification says to each of a batch of ${kind}`,
  prove: (context) => prove(context, kind === "frames"),
}));

/** At the head of the loop: any state in which the laws hold, and an index. */
class BatchRule implements LoopRule {
  forgetsPacket = true;
  readonly entries: Path[] = [];
  /** The state at the head. */
  head: State | undefined;
  /** The index: before the loop, at its head, and after each round. */
  readonly indices: Term[] = [];
  /** How many packets there are. */
  readonly packets: Term;

  constructor(
    readonly locals: number[],
    count: Term,
  ) {
    const most = u32(MOST_PACKETS);
    this.packets = ite(ult(count, most), count, most);
  }

  holds(_path: Path, [index]: Term[]): Term {
    this.indices.push(index!);
    return ule(index!, this.packets);
  }

  variant(_path: Path, [index]: Term[]): Term {
    return linear([u32(MOST_PACKETS), 1n], [index!, -1n]);
  }

  forget(path: Path, [index]: Term[]): void {
    this.entries.push(path.fork());
    path.state = forget(path.state, WRITTEN);
    path.laws = guarded(path.state);
    this.head = path.state;
    path.octets = Octets.arriving();
    path.enter(packetOf(path.state, index!));
  }
}

async function prove(context: Context, areFrames: boolean): Promise<Findings> {
  const { module, indexOf, prover } = context;
  const body = module.functions[indexOf(PROCESS)]!;
  // Which local is the index is tried out: a rule that holds, holds. A loop ends by counting.
  const locals = localsSetIn(body.code).filter((local) => body.locals[local] === "i32");
  return prover.withGuess(locals.reverse(), async (local) => {
    const rule = new BatchRule([local], COUNT);
    const found = await runWith(context, rule, areFrames);
    await showAll(rule, found, prover);
    return found;
  });
}

async function runWith(context: Context, rule: BatchRule, areFrames: boolean): Promise<Findings> {
  const { module, indexOf, prover } = context;
  const index = indexOf(PROCESS);
  const path = new Path(anyState(), Octets.arriving());
  path.laws.push(...guarded(path.state));
  path.assume(ule(scalar(path.state, "clock"), u64(LATEST)));
  const { isRouter } = settingsOf(path.state);
  path.assume(areFrames ? isRouter : no(isRouter));
  const memory = new Memory(REGIONS, prover.require, prover.suggest);
  const { answers } = context;
  answerAhead(context);
  answerSum(context);
  answers.set(indexOf(TRANSLATE), answerTranslate(context));
  const machine = new Machine(module, memory, prover, answers, new Map([[index, rule]]));
  const args = [COUNT, variable("nowLow", 32), variable("nowHigh", 32)];
  const ends = await machine.run(index, args, path);
  if (rule.entries.length !== 1) throw new Error("the loop is entered on several paths");
  const loop = {
    rounds: MOST_PACKETS + 1,
    instructions: machine.loops.longestRound,
    paths: machine.loops.rounds,
  };
  return { paths: ends.map((end) => end.path), loop };
}

async function showAll(rule: BatchRule, { paths, loop }: Findings, prover: Prover): Promise<void> {
  const [entry] = rule.entries;
  const [first, index, ...later] = rule.indices as [Term, Term, ...Term[]];
  await showClock(entry!, prover);
  await showLawful(entry!, guarded(entry!.state), prover);
  await prover.show(entry!, eq(first, ZERO), `${PROCESS}: the first packet is the first`);
  for (const [i, round] of loop!.paths.entries()) {
    const isNext = eq(later[i]!, add(index, u32(1)));
    await prover.show(round, ult(index, rule.packets), `${PROCESS}: a packet of the batch`);
    await prover.show(round, isNext, `${PROCESS}: then comes the next packet`);
    await showRound(round, rule.head!, index, prover);
  }
  for (const end of paths) {
    await prover.show(end, eq(index, rule.packets), `${PROCESS}: the last packet is the last`);
    await showUnchanged(end, end.state, rule.head!, [], "after the last packet", prover);
    await showUnwritten(end, "after the last packet", prover);
  }
}

/** The clock is what the caller says, but never earlier than before, and at most LATEST. */
async function showClock(entry: Path, prover: Prover): Promise<void> {
  const { args, state: start } = entry.entry!;
  const [, low, high] = args;
  const given = concat(high!, low!);
  const capped = ite(ult(given, u64(LATEST)), given, u64(LATEST));
  const before = scalar(start, "clock");
  const said = ite(ult(before, capped), capped, before);
  await prover.show(entry, eq(scalar(entry.state, "clock"), said), `${PROCESS}: the clock`);
  const looked = ["clock", "fate"];
  await showUnchanged(entry, entry.state, start, looked, "before the first packet", prover);
}

async function showRound(round: Path, head: State, index: Term, prover: Prover): Promise<void> {
  const read = (name: string) => head.table(name).read(index);
  const descriptor = { offset: read("offset"), length: read("length"), side: read("side") };
  const translated = round.calls.find(({ name }) => name === TRANSLATE);
  const runs = await runSpec(round, prover, (path) => {
    const packet = new SpecPacket(path.facts);
    const nat = new ReplayedNat(path, head);
    const links = new SymbolicLinks(head);
    let isAsked = false;
    const through: typeof translate = (octets, length, side, { checksum, segment }) => {
      isAsked = true;
      if (!translated) throw new Diverged(`the code calls ${TRANSLATE} where it should`);
      const given = translated.args as [Term, Term, Term, Term, Term];
      const first = add(descriptor.offset, u32(PACKETS));
      const header = linear([descriptor.length, 1n], [length, -1n]);
      must(eq(given[0], add(first, header)), "the packet of the descriptor");
      must(eq(given[1], length), "its length");
      must(eq(given[2], side), "its side");
      const unfinished = concat(checksum.offset, checksum.start);
      must(eq(given[3], unfinished), "its checksum that is not finished");
      must(eq(given[4], zeroExtend(segment, 32)), "its segments");
      const outcome = OUTCOMES[Number(translated.result!.value)]!;
      packet.octets = translated.meaning as Octets;
      if (!isForwarded(outcome)) return drop(outcome);
      const total = zeroExtend(word16(octets, u32(2)), 32);
      return forward(outcome, sideOf(outcome, side), total);
    };
    const fate = decide(descriptor, packet, nat, new Links(links), through);
    return { fate, isAsked, packet, links };
  });
  const translations = round.calls.filter(({ name }) => name === TRANSLATE).length;
  for (const { path, value } of runs) {
    const { fate, isAsked, packet, links } = value;
    const isSo = translations === (isAsked ? 1 : 0);
    const once = `${PROCESS}, ${fate.outcome}: ${TRANSLATE} is called once, or not at all`;
    await prover.show(path, truth(isSo), once);
    const outcome = OUTCOMES.indexOf(fate.outcome);
    const { side, length, begin, isAddressed } = fate.forward ?? {};
    const verdict = isAddressed ? ite(isAddressed, u32(FORWARD), u32(RESOLVE)) : u32(DROP);
    const changes: [string, Term, Term][] = [
      ["counters", u32(outcome), add(head.table("counters").read(u32(outcome)), u64(1))],
      ["offset", index, add(descriptor.offset, u32(begin ?? 0))],
      ["length", index, length ?? descriptor.length],
      ["side", index, side ? u32(side === "external" ? 1 : 0) : descriptor.side],
      ["fate", index, add(u32(outcome << 8), verdict)],
    ];
    const any = variable("any index", 32);
    const said = changes.map(([name, at, value]): [string, Term] => {
      return [name, ite(eq(any, at), value, head.table(name).read(any))];
    });
    for (const name of LINK_TABLES) said.push([name, links.said(name, any)]);
    for (const [name, value] of said) {
      const claim = eq(path.state.table(name).read(any), value);
      await prover.show(path, claim, `${PROCESS}, ${fate.outcome}: ${name}`);
    }
    const what = `${PROCESS}, ${fate.outcome}`;
    await showSameOctets(path, packet.octets, (term) => term, prover, what);
  }
  const isLive = round.facts.decide(isReady(head)) === true;
  const laws = isLive ? nat.invariant(round.state) : guarded(round.state);
  await showLawful(round, laws, prover);
  if (translated) {
    await showUnchanged(round, translated.before, head, [], "before a packet", prover);
  }
  const after = translated?.after ?? head;
  await showUnchanged(round, round.state, after, SETTLED, "after a packet", prover);
}

/** Stands in for translate: a path for each outcome. What it relies on is shown by packet.ts. */
function answerTranslate({ prover }: Context): Answer {
  return async (path, args) => {
    const [base, length, side, , segment] = args as [Term, Term, Term, Term, Term];
    for (const { name, says } of packetClaims({ base, length })) {
      await prover.require(path, says, `${TRANSLATE} may be called: ${name}`);
    }
    await prover.require(path, below(side, 2), `${TRANSLATE} may be called: a side`);
    const isWord = below(segment, 1 << 16);
    await prover.require(path, isWord, `${TRANSLATE} may be called: a length of segments`);
    await prover.require(path, isReady(path.state), `${TRANSLATE} may be called: configured`);
    await showUnwritten(path, `before ${TRANSLATE}`, prover);
    const at = linear([base, 1n], [path.packet!.base, -1n]);
    return OUTCOMES.filter((name) => !NOT_TRANSLATED.includes(name)).map((outcome) => {
      const next = path.fork();
      const before = path.state;
      next.state = forget(before, CHANGED);
      next.laws.push(...nat.invariant(next.state));
      if (isForwarded(outcome)) {
        // Of what is before the datagram nothing is read any more.
        next.octets = Octets.arriving("octet after");
        const total = add(at, u32(2));
        const arrived = path.octets.readWord(total, 2, next.facts);
        const wide = zeroExtend(swap(arrived), 32);
        next.assume(eq(next.octets.readWord(total, 2, next.facts), arrived));
        next.assume(all(ule(u32(20), wide), ule(wide, length)));
      }
      if (isReported(outcome)) {
        const claims = reportedClaims(path.octets, at, length, next.facts);
        for (const { says } of claims) next.assume(says);
      }
      const result = constant(OUTCOMES.indexOf(outcome), 32);
      const meaning = next.octets;
      next.calls.push({ name: TRANSLATE, args, result, before, after: next.state, meaning });
      return { path: next, result };
    });
  };
}

/** Of what `translate` gives. */
function isForwarded(outcome: Outcome): boolean {
  return OUTCOMES.indexOf(outcome) <= OUTCOMES.indexOf("Echo");
}

/** The side by which it leaves. */
function sideOf(outcome: Outcome, side: Term): Side {
  if (outcome === "Outbound") return "external";
  return outcome === "Echo" && is(side, 1) ? "external" : "internal";
}
