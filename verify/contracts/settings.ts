/** What a NAT is configured with, as its words lie in memory, and what of it may be accepted. */
import { bitwise, extract, not } from "../terms/bits.ts";
import { eq, ule } from "../terms/comparisons.ts";
import { all, any, no } from "../terms/logic.ts";
import { constant, type Term } from "../terms/term.ts";
import type { State } from "../symbolic/path.ts";
import { LATEST } from "./session-table.ts";
import { below, isZero, scalar, setting, u32, u64 } from "./words.ts";

/** Words of the settings. */
export const WORD = {
  externalAddress: 0,
  network: 1,
  mask: 2,
  firstPort: 3,
  lastPort: 4,
  lifetimes: 5,
  holdDown: 9,
  inboundRefresh: 10,
  virtioHeader: 11,
};

/** Milliseconds. */
export const MIN_LIFETIME = 2048;
const MAX_LIFETIME = 0x7fffffff;

/** A configuration that may be accepted (docs/behaviour.md §1), by its words as they lie in memory. */
export function isSound(word: (index: number) => Term): Term {
  const first = extract(word(WORD.externalAddress), 7, 0);
  const isNoHost = any(isZero(first), eq(first, constant(127, 8)), no(below(first, 224)));
  const network = word(WORD.network);
  const mask = word(WORD.mask);
  const isInside = eq(bitwise("and", word(WORD.externalAddress), mask), network);
  const lifetimes = Array.from({ length: 4 }, (_, ring) => word(WORD.lifetimes + ring));
  return all(
    no(isNoHost),
    isZero(bitwise("and", network, not(mask))),
    any(isZero(mask), no(isInside)),
    ...lifetimes.map((limit) => all(ule(u32(MIN_LIFETIME), limit), ule(limit, u32(MAX_LIFETIME)))),
    ule(lifetimes[2]!, lifetimes[3]!),
    ule(word(WORD.holdDown), u32(MAX_LIFETIME)),
    ule(word(WORD.virtioHeader), u32(1)),
    ule(u32(1), word(WORD.firstPort)),
    ule(word(WORD.firstPort), word(WORD.lastPort)),
    ule(word(WORD.lastPort), u32(65535)),
  );
}

/** The settings are sound, the age limits are theirs, and the clock is not beyond its end. */
export function settingsLaw(state: State): Term {
  const limits = Array.from({ length: 4 }, (_, ring) =>
    eq(state.table("ages").read(u32(ring)), setting(state, WORD.lifetimes + ring)),
  );
  return all(
    isSound((index) => setting(state, index)),
    ...limits,
    ule(scalar(state, "clock"), u64(LATEST)),
  );
}
