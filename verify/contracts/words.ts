/** Small words that the contracts share. */
import { concat, extract, zeroExtend } from "../terms/bits.ts";
import { eq, ult } from "../terms/comparisons.ts";
import { no } from "../terms/logic.ts";
import { apply, constant, type Term } from "../terms/term.ts";
import type { State } from "../symbolic/path.ts";

export function u32(value: number | bigint): Term {
  return constant(value, 32);
}

export function u64(value: number | bigint): Term {
  return constant(value, 64);
}

export const ZERO = u32(0);

/** The only element of a table of one. */
export function scalar(state: State, name: string): Term {
  return state.table(name).read(ZERO);
}

export function setting(state: State, word: number): Term {
  return state.table("settings").read(u32(word));
}

export function isZero(term: Term): Term {
  return eq(term, constant(0, term.width));
}

export function isNot(a: Term, b: Term): Term {
  return no(eq(a, b));
}

export function below(term: Term, limit: number | bigint): Term {
  return ult(term, constant(limit, term.width));
}

/** The keyed hash: an unknown function of a word and the two keys in the settings. */
export function digest(state: State, word: Term): Term {
  const key = (low: number) => concat(setting(state, low + 1), setting(state, low));
  return apply("digest", 64, word, key(12), key(14));
}

/** The two buckets, 14 bits each, that a hash names. */
export function bucketsOf(hash: Term): [Term, Term] {
  return [extract(hash, 13, 0), extract(hash, 45, 32)];
}

export function to64(term: Term): Term {
  return zeroExtend(term, 64);
}
