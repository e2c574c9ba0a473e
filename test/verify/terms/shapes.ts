/** Shapes that the code under proof has, put together from operations, with their meanings. */
import { add, linear, multiply } from "../../../verify/terms/arithmetic.ts";
import { bitwise, concat, extract, not, zeroExtend } from "../../../verify/terms/bits.ts";
import { shiftLeft, shiftRight } from "../../../verify/terms/shifts.ts";
import { eq, ult } from "../../../verify/terms/comparisons.ts";
import { all, ite, no, number } from "../../../verify/terms/logic.ts";
import { constant, type Term } from "../../../verify/terms/term.ts";
import { lift } from "./operations.ts";
import type { Grown, Pool } from "./pool.ts";

export const and = (a: Term, mask: number | bigint): Term =>
  bitwise("and", a, constant(mask, a.width));
export const or = (a: Term, b: Term): Term => bitwise("or", a, b);
export const left = (a: Term, by: number): Term => shiftLeft(a, constant(by, a.width));
export const right = (a: Term, by: number): Term => shiftRight(a, constant(by, a.width));

export const swap16 = (a: Term): Term => or(left(and(a, 0xff), 8), and(right(a, 8), 0xff));
export const swap32 = (a: Term): Term =>
  or(or(left(a, 24), left(and(a, 0xff00), 8)), or(and(right(a, 8), 0xff00), right(a, 24)));
export const swapValue = (a: bigint): bigint => ((a & 0xffn) << 8n) | ((a >> 8n) & 0xffn);

export const cut = (a: Term, low: number, width: number): Term => extract(a, low + width - 1, low);
export const cutValue = (a: bigint, low: number, width: number): bigint =>
  (a >> BigInt(low)) & ((1n << BigInt(width)) - 1n);

export const SHAPES: Record<string, (pool: Pool) => Grown> = {
  swap16: (pool) =>
    lift(
      [pool.pick(32)],
      (a) => swap16(a!),
      (a) => swapValue(a!),
    ),
  swapWord: (pool) =>
    lift(
      [pool.pick(16)],
      (a) => swap16(a!),
      (a) => swapValue(a!),
    ),
  swap32: (pool) =>
    lift(
      [pool.pick(32)],
      (a) => swap32(a!),
      (a) => (swapValue(a!) << 16n) | swapValue(a! >> 16n),
    ),
  permuted: (pool) => {
    const source = pool.pick(32);
    const lows = pool.draw.pick([
      [0, 8, 16, 24],
      [16, 24, 0, 8],
      [0, 0, 16, 24],
      [0, 8, 8, 24],
    ]);
    const whole = lift(
      [source],
      (a) => concat(...lows.map((low) => cut(a!, low, 8))),
      (a) => lows.reduce((all, low) => (all << 8n) | cutValue(a!, low, 8), 0n),
    );
    return lift(
      [whole, pool.near(whole)],
      (a, b) => eq(a!, b!),
      (a, b) => (a === b ? 1n : 0n),
    );
  },
  /** An address by a condition, or one that bounds alone tell apart from it. */
  chosen: (pool) => {
    const base = 1n << 16n;
    const [index, rest, by] = [pool.pick(16), pool.pick(32), pool.pick(32)];
    const fixed = pool.draw.pick([0n, base - 1n, base, base + 0xffffn, base + 0x10000n]);
    return lift(
      [index, rest, by],
      (a, b, c) => {
        const place = add(zeroExtend(a!, 32), constant(base, 32));
        return eq(ite(eq(c!, b!), place, b!), constant(fixed, 32));
      },
      (a, b, c) => ((c === b ? a! + base : b!) === fixed ? 1n : 0n),
    );
  },
  inverted: (pool) => {
    const width = pool.width();
    const [a, b] = [pool.pick(width), pool.pick(width)];
    const all = (1n << BigInt(width)) - 1n;
    if (pool.draw.oneIn(2)) {
      return lift(
        [a, b],
        (x, y) => bitwise("xor", not(x!), not(y!)),
        (x, y) => x! ^ y!,
      );
    }
    return lift(
      [a, b],
      (x, y) => ult(not(x!), not(y!)),
      (x, y) => (all - x! < all - y! ? 1n : 0n),
    );
  },
  loaded: (pool) => {
    const octets = Array.from({ length: pool.draw.pick([2, 4, 8]) }, () => pool.pick(8));
    return lift(octets, concat, (...values) => values.reduce((a, b) => (a << 8n) | b, 0n));
  },
  counted: (pool) => {
    const claims = Array.from({ length: pool.draw.between(2, 8) }, () => pool.pick(0));
    return lift(
      claims,
      (...terms) => terms.map((claim) => number(claim, 32)).reduce(add),
      (...values) => values.reduce((sum, value) => sum + value, 0n),
    );
  },
  least: (pool) => {
    const width = pool.width();
    return lift(
      [pool.pick(width), pool.pick(width)],
      (a, b) => ite(ult(a!, b!), a!, b!),
      (a, b) => (a! < b! ? a! : b!),
    );
  },
  most: (pool) => {
    const width = pool.width();
    return lift(
      [pool.pick(width), pool.pick(width)],
      (a, b) => ite(ult(b!, a!), a!, b!),
      (a, b) => (a! > b! ? a! : b!),
    );
  },
  masked: (pool) => {
    const a = pool.pick(32);
    const by = pool.draw.between(0, 31);
    const mask = pool.draw.pick([0xff, 0xffff, 0xf, 0xff00, 0x1fff, 0xf0f0f0f0]);
    return lift(
      [a],
      (x) => and(right(x!, by), mask),
      (x) => (x! >> BigInt(by)) & BigInt(mask),
    );
  },
  address: (pool) => {
    const base = pool.draw.below(1 << 20);
    return lift(
      [pool.pick(32)],
      (i) => linear([constant(base, 32), 1n], [left(i!, 5), 1n]),
      (i) => BigInt(base) + (i! << 5n),
    );
  },
  sameKey: (pool) =>
    lift(
      [pool.pick(64), pool.pick(64), pool.pick(64), pool.pick(64)],
      (a, b, c, d) =>
        eq(
          or(bitwise("xor", a!, b!), and(bitwise("xor", c!, d!), (1n << 40n) - 1n)),
          constant(0, 64),
        ),
      (a, b, c, d) => (a === b && ((c! ^ d!) & ((1n << 40n) - 1n)) === 0n ? 1n : 0n),
    ),
  truthAsNumber: (pool) =>
    lift(
      [pool.pick(0), pool.pick(0)],
      (a, b) =>
        no(
          eq(
            bitwise("and", number(a!, 32), bitwise("xor", number(b!, 32), constant(1, 32))),
            constant(0, 32),
          ),
        ),
      (a, b) => a! & (1n - b!),
    ),
  within: (pool) => {
    const [low, high] = [pool.draw.below(1 << 16), pool.draw.below(1 << 16)];
    return lift(
      [pool.pick(32)],
      (a) => all(no(ult(a!, constant(low, 32))), ult(a!, constant(high, 32))),
      (a) => (a! >= BigInt(low) && a! < BigInt(high) ? 1n : 0n),
    );
  },
  product: (pool) =>
    lift(
      [pool.pick(16), pool.pick(16)],
      (a, b) => multiply(zeroExtend(a!, 64), zeroExtend(b!, 64)),
      (a, b) => a! * b!,
    ),
};
