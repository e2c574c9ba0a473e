/**
 * What a mapping of TCP has seen of its connection (docs/behaviour.md §5; RFC 5382 REQ-2, RFC 7857
 * §2). A phase is a set: 16 bits.
 */
import { bitwise, extract, not } from "../terms/bits.ts";
import { all, any, ite, no } from "../terms/logic.ts";
import { constant, type Term } from "../terms/term.ts";
import { equal } from "./language.ts";

const EMPTY = phase(0);
const SYN_OUT = phase(1);
const SYN_IN = phase(2);
const FIN_OUT = phase(4);
const FIN_IN = phase(8);
const RESET = phase(16);
const SHARED = phase(32);
const SYNS = union(SYN_OUT, SYN_IN);
const FINS = union(FIN_OUT, FIN_IN);

/** The control bits by their places (RFC 9293 §3.1). */
const FIN = 0;
const SYN = 1;
const RST = 2;
const ACK = 4;

export function isEstablished(phase: Term): Term {
  return all(has(phase, SYNS), no(isClosed(phase)));
}

export function isClosed(phase: Term): Term {
  const isOver = any(has(phase, RESET), has(phase, FINS));
  return all(isOver, no(has(phase, SHARED)));
}

export function isReset(flags: Term): Term {
  return isSet(flags, RST);
}

/** A connection begins with SYN, and neither ACK nor an end (RFC 2663 §2.5, RFC 9293 §3.5). */
export function opens(flags: Term): Term {
  const others = any(isSet(flags, ACK), isSet(flags, RST), isSet(flags, FIN));
  return all(isSet(flags, SYN), no(others));
}

/** Steps 2 to 4 of an outbound segment. */
export function afterOutbound(phase: Term, flags: Term, isToRemote: Term): Term {
  const isUnused = any(equal(phase, EMPTY), isClosed(phase));
  const elsewhere = ite(isUnused, EMPTY, union(phase, SHARED));
  const before = ite(isToRemote, phase, elsewhere);
  // RFC 6191: a SYN reopens a connection that has ended.
  const reopens = all(isSet(flags, SYN), no(isReset(flags)), isClosed(before));
  return afterSegment(ite(reopens, EMPTY, before), flags, { syn: SYN_OUT, fin: FIN_OUT });
}

export function afterInbound(phase: Term, flags: Term, isFromRemote: Term): Term {
  const after = afterSegment(phase, flags, { syn: SYN_IN, fin: FIN_IN });
  return ite(isFromRemote, after, phase);
}

/** Step 4. A SYN with ACK answers one from the other side (RFC 9293 §3.5). */
function afterSegment(phase: Term, flags: Term, mine: { syn: Term; fin: Term }): Term {
  const before = bitwise("and", phase, not(RESET));
  const synchronized = ite(isSet(flags, ACK), SYNS, mine.syn);
  const syn = ite(isSet(flags, SYN), synchronized, EMPTY);
  const fin = ite(isSet(flags, FIN), mine.fin, EMPTY);
  return ite(isReset(flags), union(before, RESET), union(before, union(syn, fin)));
}

function phase(bits: number): Term {
  return constant(bits, 16);
}

function has(phase: Term, bits: Term): Term {
  return equal(bitwise("and", phase, bits), bits);
}

function union(a: Term, b: Term): Term {
  return bitwise("or", a, b);
}

function isSet(flags: Term, place: number): Term {
  return equal(extract(flags, place, place), 1);
}
