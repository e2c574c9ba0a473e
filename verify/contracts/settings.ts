/** What a NAT is configured with, as its words lie in memory, and what of it may be accepted. */
import { bitwise, extract, not } from "../terms/bits.ts";
import { eq, ule } from "../terms/comparisons.ts";
import { all, any, ite, no } from "../terms/logic.ts";
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
  /** From here on for routers only. */
  frames: 16,
  internalAddress: 17,
  externalMask: 18,
  gateway: 19,
  /** Two words each. */
  internalStation: 20,
  externalStation: 22,
  internalMtu: 24,
  externalMtu: 25,
};

/** Milliseconds. */
export const MIN_LIFETIME = 2048;
const MAX_LIFETIME = 0x7fffffff;

/** A configuration that may be accepted (docs/behaviour.md §1), by its words as they lie in memory. */
export function isSound(word: (index: number) => Term): Term {
  const network = word(WORD.network);
  const mask = word(WORD.mask);
  const isInside = eq(bitwise("and", word(WORD.externalAddress), mask), network);
  const lifetimes = Array.from({ length: 4 }, (_, ring) => word(WORD.lifetimes + ring));
  return all(
    no(isNoHost(word(WORD.externalAddress))),
    isZero(bitwise("and", network, not(mask))),
    any(isZero(mask), no(isInside)),
    ...lifetimes.map((limit) => all(ule(u32(MIN_LIFETIME), limit), ule(limit, u32(MAX_LIFETIME)))),
    ule(lifetimes[2]!, lifetimes[3]!),
    ule(word(WORD.holdDown), u32(MAX_LIFETIME)),
    ule(word(WORD.virtioHeader), u32(1)),
    ule(word(WORD.frames), u32(1)),
    ite(isZero(word(WORD.frames)), isZero(word(WORD.internalAddress)), isRouter(word)),
    ule(u32(1), word(WORD.firstPort)),
    ule(word(WORD.firstPort), word(WORD.lastPort)),
    ule(word(WORD.lastPort), u32(65535)),
  );
}

/** Of no single host, as it lies in memory: 0/8, 127/8, multicast and reserved. */
function isNoHost(address: Term): Term {
  const first = extract(address, 7, 0);
  return any(isZero(first), eq(first, constant(127, 8)), no(below(first, 224)));
}

/** What a router is configured with beside (docs/behaviour.md §8). */
function isRouter(word: (index: number) => Term): Term {
  const [network, mask, internal] = [WORD.network, WORD.mask, WORD.internalAddress].map(word) as [
    Term,
    Term,
    Term,
  ];
  const [address, gateway] = [word(WORD.externalAddress), word(WORD.gateway)];
  const externalMask = word(WORD.externalMask);
  const inNetwork = (one: Term) => bitwise("and", one, externalMask);
  return all(
    no(isZero(mask)),
    eq(bitwise("and", internal, mask), network),
    no(eq(internal, network)),
    no(eq(internal, bitwise("or", network, not(mask)))),
    no(isZero(externalMask)),
    no(isNoHost(gateway)),
    no(eq(gateway, address)),
    eq(inNetwork(gateway), inNetwork(address)),
    ...[WORD.internalStation, WORD.externalStation].map((at) => isStation(word(at), word(at + 1))),
    ...[WORD.internalMtu, WORD.externalMtu].map((at) =>
      all(ule(u32(68), word(at)), ule(word(at), u32(65535))),
    ),
  );
}

/** An Ethernet address, its first four octets and its last two as they lie, of no group, and not 0. */
function isStation(first: Term, last: Term): Term {
  const isNone = all(isZero(first), isZero(extract(last, 15, 0)));
  return all(isZero(extract(first, 0, 0)), no(isNone));
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
