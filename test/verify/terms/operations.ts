/**
 * Every operation that builds terms, and beside it what it means: worked out on numbers, from the
 * definitions of SMT-LIB and WebAssembly, without a look at the term.
 */
import * as arithmetic from "../../../verify/terms/arithmetic.ts";
import * as bits from "../../../verify/terms/bits.ts";
import * as comparisons from "../../../verify/terms/comparisons.ts";
import * as logic from "../../../verify/terms/logic.ts";
import { onesSum } from "../../../verify/terms/ones-complement.ts";
import * as shifts from "../../../verify/terms/shifts.ts";
import { ones, type Term } from "../../../verify/terms/term.ts";
import type { Grown, Pool } from "./pool.ts";

type Operation = (pool: Pool) => Grown;

/** One meaning for each assignment. */
export function lift(
  args: Grown[],
  term: (...terms: Term[]) => Term,
  value: (...values: bigint[]) => bigint,
): Grown {
  const built = term(...args.map((arg) => arg.term));
  const values = args[0]!.values.map((_, i) => value(...args.map((arg) => arg.values[i]!)));
  const { width } = built;
  return { term: built, values: values.map((number) => number & ones(width || 1)), args };
}

const truthOf = (claim: boolean): bigint => (claim ? 1n : 0n);
const size = (width: number): bigint => BigInt(width);

function unary(term: (a: Term) => Term, value: (a: bigint, width: number) => bigint): Operation {
  return (pool) => {
    const a = pool.pick(pool.width());
    return lift([a], term, (x) => value(x!, a.term.width));
  };
}

function binary(
  term: (a: Term, b: Term) => Term,
  value: (a: bigint, b: bigint, width: number) => bigint,
): Operation {
  return (pool) => {
    const width = pool.width();
    const args = [pool.pick(width), pool.pick(width)];
    return lift(
      args,
      (a, b) => term(a!, b!),
      (a, b) => value(a!, b!, width),
    );
  };
}

/** WebAssembly takes the distance modulo the width. */
function shift(
  term: (a: Term, by: Term) => Term,
  value: (a: bigint, by: bigint, width: number) => bigint,
): Operation {
  return binary(term, (a, by, width) => value(a, by % size(width), width));
}

function comparison(
  term: (a: Term, b: Term) => Term,
  value: (a: bigint, b: bigint) => boolean,
  isSigned = false,
): Operation {
  return (pool) => {
    const width = pool.width();
    const number = (bits: bigint) => (isSigned ? BigInt.asIntN(width, bits) : bits);
    const a = pool.pick(width);
    const b = pool.draw.oneIn(2) ? pool.near(a) : pool.pick(width);
    return lift(
      pool.draw.oneIn(2) ? [a, b] : [b, a],
      (x, y) => term(x!, y!),
      (x, y) => truthOf(value(number(x!), number(y!))),
    );
  };
}

function several(pool: Pool, width: number, most: number): Grown[] {
  return Array.from({ length: pool.draw.between(1, most) }, () => pool.pick(width));
}

const total = (values: bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n);

/** Carries out of 16 bits added back, one by one. */
export function endAroundSum(words: bigint[]): bigint {
  let sum = 0n;
  for (const word of words) {
    sum += word;
    if (sum > 0xffffn) sum -= 0xffffn;
  }
  return sum;
}

export const OPERATIONS: Record<string, Operation> = {
  not: unary(bits.not, (a) => ~a),
  and: binary(
    (a, b) => bits.bitwise("and", a, b),
    (a, b) => a & b,
  ),
  or: binary(
    (a, b) => bits.bitwise("or", a, b),
    (a, b) => a | b,
  ),
  xor: binary(
    (a, b) => bits.bitwise("xor", a, b),
    (a, b) => a ^ b,
  ),
  shiftLeft: shift(shifts.shiftLeft, (a, by) => a << by),
  shiftRight: shift(shifts.shiftRight, (a, by) => a >> by),
  shiftRightSigned: shift(shifts.shiftRightSigned, (a, by, w) => BigInt.asIntN(w, a) >> by),
  rotateLeft: shift(shifts.rotateLeft, (a, by, w) => (a << by) | (a >> (size(w) - by))),
  extract: (pool) => {
    const a = pool.pick(pool.width());
    const all = a.term.width;
    const isAligned = all > 8 && !pool.draw.oneIn(4);
    const width = isAligned
      ? pool.draw.pick([8, 16, 32].filter((w) => w < all))
      : pool.draw.between(1, all);
    const low = isAligned
      ? 8 * pool.draw.between(0, (all - width) / 8)
      : pool.draw.between(0, all - width);
    return lift(
      [a],
      (x) => bits.extract(x!, low + width - 1, low),
      (x) => x! >> size(low),
    );
  },
  concat: (pool) => {
    let room = pool.draw.pick([16, 32, 64]);
    const parts: Grown[] = [];
    while (room > 0) {
      const width = pool.draw.oneIn(4)
        ? pool.draw.between(1, room)
        : pool.draw.pick([8, 8, 8, 16, 32].filter((w) => w <= room).concat(room < 8 ? room : []));
      parts.push(pool.pick(width));
      room -= width;
    }
    return lift(parts, bits.concat, (...values) =>
      values.reduce((all, value, i) => (all << size(parts[i]!.term.width)) | value, 0n),
    );
  },
  zeroExtend: (pool) => {
    const width = pool.draw.pick([16, 32, 64]);
    return lift(
      [pool.pick(pool.draw.pick([1, 8, 16, 32].filter((w) => w <= width)))],
      (a) => bits.zeroExtend(a!, width),
      (a) => a!,
    );
  },
  signExtend: (pool) => {
    const width = pool.draw.pick([16, 32, 64]);
    const a = pool.pick(pool.draw.pick([1, 8, 16, 32].filter((w) => w <= width)));
    return lift(
      [a],
      (x) => bits.signExtend(x!, width),
      (x) => BigInt.asIntN(a.term.width, x!),
    );
  },
  add: binary(arithmetic.add, (a, b) => a + b),
  subtract: binary(arithmetic.subtract, (a, b) => a - b),
  multiply: binary(arithmetic.multiply, (a, b) => a * b),
  sumOf: (pool) => {
    const width = pool.width();
    const parts = several(pool, width, 5);
    return lift(
      parts,
      (...terms) => arithmetic.sumOf(terms, width),
      (...values) => total(values),
    );
  },
  linear: (pool) => {
    const parts = several(pool, pool.width(), 4);
    const factors = parts.map(() =>
      pool.draw.pick([1n, 1n, -1n, 2n, 0n, -3n, 255n, 0x10000n, -256n]),
    );
    return lift(
      parts,
      (...terms) =>
        arithmetic.linear(...terms.map((term, i): [Term, bigint] => [term, factors[i]!])),
      (...values) => total(values.map((value, i) => value * factors[i]!)),
    );
  },
  onesSum: (pool) => lift(several(pool, 16, 5), onesSum, (...values) => endAroundSum(values)),
  table: (pool) => pool.application("table", pool.draw.pick([16, 16])),
  hash: (pool) => pool.application("hash!", 64),
  load: (pool) => pool.application("octets", 8),
  ite: (pool) => {
    const width = pool.draw.oneIn(6) ? 0 : pool.width();
    const args = [pool.pick(0), pool.pick(width), pool.pick(width)];
    return lift(
      args,
      (c, a, b) => logic.ite(c!, a!, b!),
      (c, a, b) => (c === 1n ? a! : b!),
    );
  },
  number: (pool) => {
    const width = pool.width();
    return lift(
      [pool.pick(0)],
      (claim) => logic.number(claim!, width),
      (claim) => claim!,
    );
  },
  isNonZero: unary(comparisons.isNonZero, (a) => truthOf(a !== 0n)),
  eq: comparison(comparisons.eq, (a, b) => a === b),
  ult: comparison(comparisons.ult, (a, b) => a < b),
  ule: comparison(comparisons.ule, (a, b) => a <= b),
  slt: comparison(comparisons.slt, (a, b) => a < b, true),
  no: (pool) =>
    lift(
      [pool.pick(0)],
      (a) => logic.no(a!),
      (a) => 1n - a!,
    ),
  all: (pool) => lift(several(pool, 0, 4), logic.all, (...values) => truthOf(!values.includes(0n))),
  any: (pool) => lift(several(pool, 0, 4), logic.any, (...values) => truthOf(values.includes(1n))),
  implies: (pool) =>
    lift(
      [pool.pick(0), pool.pick(0)],
      (a, b) => logic.implies(a!, b!),
      (a, b) => truthOf(a === 0n || b === 1n),
    ),
  sameTruth: (pool) =>
    lift(
      [pool.pick(0), pool.pick(0)],
      (a, b) => comparisons.eq(a!, b!),
      (a, b) => truthOf(a === b),
    ),
};
