/** translate: what becomes of a packet, octet by octet. */
import * as checksum from "../contracts/checksum.ts";
import { REGIONS } from "../contracts/layout.ts";
import type { Claim } from "../contracts/contract.ts";
import * as nat from "../contracts/nat.ts";
import { settingsLaw } from "../contracts/settings.ts";
import { below, u32 } from "../contracts/words.ts";
import type { Octets as SpecOctets } from "../spec/datagram.ts";
import { translate } from "../spec/packet.ts";
import { type Fate, OUTCOMES, type Outcome } from "../spec/outcome.ts";
import type { Undone } from "../spec/virtio.ts";
import { Machine } from "../symbolic/machine.ts";
import { Memory } from "../symbolic/memory.ts";
import { Octets } from "../symbolic/octets.ts";
import { Path, type State } from "../symbolic/path.ts";
import type { Facts } from "../symbolic/facts.ts";
import type { Prover } from "../symbolic/prover.ts";
import { add, linear } from "../terms/arithmetic.ts";
import { eq, ule } from "../terms/comparisons.ts";
import { no } from "../terms/logic.ts";
import { concat, extract, zeroExtend } from "../terms/bits.ts";
import { onesSum } from "../terms/ones-complement.ts";
import { rebuild } from "../terms/rebuild.ts";
import { show } from "../terms/show.ts";
import {
  FALSE,
  TRUE,
  apply,
  constant,
  isConstant,
  subterms,
  variable,
  type Term,
} from "../terms/term.ts";
import { isReady, swap } from "./abstraction.ts";
import { PACKET, packetClaims } from "./calls.ts";
import { answerChecksums } from "./checksums.ts";
import { answerContainers } from "./containers.ts";
import { answerReceiver, RECEIVER } from "./receiver.ts";
import { showUnchanged } from "./frame.ts";
import { ReplayedNat } from "./replay.ts";
import { answerSender, SENDER } from "./sender.ts";
import { runSpec } from "./spec-run.ts";
import { anyState } from "./state.ts";
import type { Context, Unit } from "./unit.ts";

export const TRANSLATE = "nat/packet/translate";

/** What becomes of frames beside translation, and of what is no packet. */
export const NOT_TRANSLATED: Outcome[] = [
  ...(["ArpReply", "Released", "BadDescriptor", "NotConfigured"] as const),
  ...(["OtherStation", "ArpHeard", "ArpIgnored"] as const),
];

/** The packet's octets as the specification reads and writes them. */
export class SpecPacket implements SpecOctets {
  octets = Octets.arriving();

  constructor(private readonly facts: Facts) {}

  octet(at: Term): Term {
    return this.octets.read(this.facts.refine(at), this.facts);
  }

  setOctet(at: Term, value: Term): void {
    this.octets = this.octets.write(this.facts.refine(at), value, this.facts);
  }

  sumsToOnes(from: Term, length: Term): Term {
    this.requireUnwritten();
    const valid = checksum.sumsToOnes(this.facts.refine(from), this.facts.refine(length));
    return eq(valid, constant(1, 1));
  }

  /** Turned into network order: see contracts/checksum.ts. */
  sum(from: Term, length: Term): Term {
    this.requireUnwritten();
    const sum = checksum.octetSum(this.facts.refine(from), this.facts.refine(length));
    return onesSum(swap(extract(sum, 31, 16)), swap(extract(sum, 15, 0)));
  }

  private requireUnwritten(): void {
    if (!this.octets.isAsArrived) throw new Error("the packet has been changed already");
  }
}

/** What `translate` is told of a checksum that is not finished, and of a superpacket. */
const UNFINISHED = variable("unfinished", 32);
const SEGMENT = variable("segment", 32, 65535n);
export const UNDONE: Undone = {
  checksum: { start: extract(UNFINISHED, 15, 0), offset: extract(UNFINISHED, 31, 16) },
  segment: extract(SEGMENT, 15, 0),
};

const SIDES = ["internal", "external"] as const;

export const PACKET_UNITS: Unit[] = SIDES.map((name, side) => ({
  name: `${TRANSLATE}, ${name} side`,
  theorem: "gives the outcome and the octets that the specification gives",
  prove: (context) => prove(context, side),
}));

async function prove(context: Context, side: number) {
  const { prover, answers } = context;
  answerContainers(context);
  answers.set(context.indexOf(SENDER), answerSender(context));
  answers.set(context.indexOf(RECEIVER), answerReceiver(context));
  answerChecksums(context);
  const start = anyState();
  const path = new Path(start, Octets.arriving());
  path.enter(PACKET);
  path.laws.push(...nat.invariant(start));
  path.assume(settingsLaw(start));
  path.assume(isReady(start));
  for (const { says } of packetClaims(PACKET)) path.assume(says);
  const memory = new Memory(REGIONS, prover.require, prover.suggest);
  const machine = new Machine(context.module, memory, prover, answers);
  const hint = variable("hint", 32);
  const args = [PACKET.base, PACKET.length, u32(side), UNFINISHED, SEGMENT, hint];
  path.assume(below(SEGMENT, 1 << 16));
  const paths: Path[] = [];
  for await (const { path: end, result } of machine.ends(context.indexOf(TRANSLATE), args, path)) {
    await compare(end, start, result!, u32(side), prover);
    paths.push(end);
  }
  return { paths };
}

async function compare(
  end: Path,
  start: State,
  result: Term,
  side: Term,
  prover: Prover,
): Promise<void> {
  const found = end.facts.refine(result);
  if (found.op === "ite") {
    const [condition] = found.args as [Term];
    for (const way of [condition, no(condition)]) {
      const here = end.fork();
      here.assume(way);
      await compare(here, start, found, side, prover);
    }
    return;
  }
  const outcome = isConstant(found) ? OUTCOMES[Number(found.value)] : "unknown";
  const runs = await runSpec(end, prover, (path) => {
    const packet = new SpecPacket(path.facts);
    const replayed = new ReplayedNat(path, start);
    const fate = translate(packet, PACKET.length, side, UNDONE, replayed);
    return { packet, fate, isDone: replayed.isDone };
  });
  for (const { path, value } of runs) {
    const { packet, fate, isDone } = value;
    const name = `${TRANSLATE}, ${fate.outcome}`;
    // Where they differ, the path has to be impossible.
    await prover.show(path, claim(outcome === fate.outcome), `${name}: the outcome (${outcome})`);
    if (outcome !== fate.outcome) continue;
    const isOfDatagram = !NOT_TRANSLATED.includes(fate.outcome);
    await prover.show(path, claim(isOfDatagram), `${name}: an outcome of translation`);
    await prover.show(path, claim(isDone), `${name}: nothing else is done to the state`);
    await showOctets(path, packet, await endpointsBefore(path, start, prover), prover, name);
    if (fate.forward) await showForward(path, fate, side, prover, name);
    if (isReported(fate.outcome)) {
      const claims = reportedClaims(Octets.arriving(), u32(0), PACKET.length, path.facts);
      for (const { name: what, says } of claims) await prover.show(path, says, `${name}: ${what}`);
    }
  }
  // What the specification does not do itself, it leaves to sending and receiving.
  let before = start;
  for (const call of end.calls.filter(({ name }) => name === SENDER || name === RECEIVER)) {
    await showUnchanged(end, call.before, before, [], `before ${call.name}`, prover);
    before = call.after;
  }
  await showUnchanged(end, end.state, before, [], `after ${TRANSLATE}`, prover);
}

/** Every octet that either of them has written holds the same; all others are as they arrived. */
async function showOctets(
  path: Path,
  { octets }: SpecPacket,
  asBefore: (term: Term) => Term,
  prover: Prover,
  name: string,
): Promise<void> {
  // No destination is all ones: a sum over one, or over its complement, is not a sum of zeros.
  await prover.suggest(path, below(apply(octets.arrived, 8, u32(16)), 224));
  await showSameOctets(path, octets, asBefore, prover, name);
}

/** The same of any octets, `asBefore` saying otherwise what the code has written. */
export async function showSameOctets(
  path: Path,
  octets: Octets,
  asBefore: (term: Term) => Term,
  prover: Prover,
  name: string,
): Promise<void> {
  const places = new Set([...octets.written, ...path.octets.written].map(({ at }) => at));
  for (const at of places) {
    const found = asBefore(path.facts.refine(path.octets.read(at, path.facts)));
    const same = eq(octets.read(at, path.facts), found);
    await prover.showSplit(path, same, `${name}: octet ${show(at)}`, fullSumsIn(path, same));
  }
}

/** Whether a router tells the sender of a packet with this outcome. */
export function isReported(outcome: Outcome): boolean {
  return outcome === "TimeExceeded" || outcome === "TooBig";
}

/** What is known then of a datagram of `length` octets that begins at a distance. */
export function reportedClaims(octets: Octets, at: Term, length: Term, facts: Facts): Claim[] {
  const words = zeroExtend(extract(octets.read(at, facts), 3, 0), 32);
  const total = zeroExtend(swap(octets.readWord(add(at, u32(2)), 2, facts)), 32);
  const through = linear([words, 4n], [u32(8), 1n]);
  return [
    { name: "the datagram is there", says: ule(total, length) },
    { name: "it holds a header", says: ule(u32(20), linear([words, 4n])) },
    { name: "it holds 8 octets behind it", says: ule(through, total) },
  ];
}

/**
 * Replaces the internal endpoints of mappings, as they are after calls, by what they were at first,
 * where that is the same: sums of words are compared word by word.
 */
async function endpointsBefore(
  path: Path,
  start: State,
  prover: Prover,
): Promise<(term: Term) => Term> {
  const values = path.octets.written.map(({ value }) => path.facts.refine(value));
  const known = new Map<Term, Term>();
  for (const held of subterms(values)) {
    const slot = held.name.startsWith("endpoint@") ? held.args[0]!.args[0] : undefined;
    const node = slot?.name.startsWith("slot") ? slot.args[0] : undefined;
    if (!node) continue;
    const key = extract(nat.keyOf(start, node), 47, 0);
    const isSame = eq(extract(held, 63, 16), key);
    await prover.suggest(path, isSame);
    if (path.facts.decide(isSame) !== true) continue;
    known.set(held, concat(key, extract(held, 15, 0)));
  }
  return (term) => replaced(term, known);
}

function replaced(term: Term, values: Map<Term, Term>): Term {
  for (const part of subterms([term])) {
    if (values.has(part) || part.args.length === 0) continue;
    const args = part.args.map((arg) => values.get(arg) ?? arg);
    if (args.some((arg, i) => arg !== part.args[i])) values.set(part, rebuild(part, args));
  }
  return values.get(term) ?? term;
}

/** Whether checksums that are summed again have become zero: what UDP sends instead is another word. */
function fullSumsIn(path: Path, claim: Term): Term[] {
  const sums = subterms([path.facts.refine(claim)]).filter(({ op }) => op === "ones");
  const choices = subterms(sums.flatMap(({ args }) => args)).filter(({ op }) => op === "ite");
  return [...new Set(choices.map(({ args }) => args[0]!))];
}

/** What `process` writes into the descriptor of a packet that is forwarded: its total length. */
async function showForward(
  path: Path,
  fate: Fate,
  from: Term,
  prover: Prover,
  name: string,
): Promise<void> {
  const { side, length } = fate.forward!;
  const isOutside = fate.outcome === "Echo" ? from === u32(1) : fate.outcome === "Outbound";
  const total = swap(Octets.arriving().readWord(u32(2), 2, path.facts));
  await prover.show(
    path,
    eq(length, zeroExtend(total, 32)),
    `${name}: the length is the total length`,
  );
  await prover.show(path, ule(length, PACKET.length), `${name}: it is not longer than it was`);
  await prover.show(path, ule(u32(20), length), `${name}: it holds a header`);
  const isKept = path.octets.written.every(
    ({ at }) =>
      path.facts.decide(eq(at, u32(2))) === false && path.facts.decide(eq(at, u32(3))) === false,
  );
  await prover.show(path, claim(isKept), `${name}: the total length is unchanged`);
  await prover.show(path, claim((side === "external") === isOutside), `${name}: the side`);
}

function claim(says: boolean): Term {
  return says ? TRUE : FALSE;
}
