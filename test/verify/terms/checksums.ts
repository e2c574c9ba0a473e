/** Internet checksums as code works them out, with their meanings. */
import { add, linear, sumOf } from "../../../verify/terms/arithmetic.ts";
import { extract, not, zeroExtend } from "../../../verify/terms/bits.ts";
import { onesSum } from "../../../verify/terms/ones-complement.ts";
import { constant, type Term } from "../../../verify/terms/term.ts";
import { endAroundSum, lift } from "./operations.ts";
import type { Grown, Pool } from "./pool.ts";
import { and, cut, cutValue, right, swap16 } from "./shapes.ts";

const fold = (a: Term): Term => add(and(a, 0xffff), right(a, 16));
const foldValue = (a: bigint): bigint => (a & 0xffffn) + (a >> 16n);

function words(pool: Pool, most: number): Grown[] {
  return Array.from({ length: pool.draw.between(1, most) }, () => pool.pick(16));
}

/** Some slices, of up to 16 bits each, of which most stand in their places. */
function slices(pool: Pool, width: number): { low: number; width: number }[] {
  const found: { low: number; width: number }[] = [];
  for (let low = 0; low < width; low += 16) {
    if (pool.draw.oneIn(8)) continue;
    const isRegular = !pool.draw.oneIn(8);
    const start = isRegular ? low : pool.draw.below(width - 16);
    found.push({ low: start, width: isRegular ? 16 : pool.draw.between(1, 16) });
  }
  return found.length > 0 ? found : [{ low: 0, width: 16 }];
}

const wide = (width: number) => (word: Term) => zeroExtend(word, width);

export const CHECKSUMS: Record<string, (pool: Pool) => Grown> = {
  fold: (pool) =>
    lift(
      [pool.pick(pool.draw.pick([32, 64]))],
      (a) => fold(a!),
      (a) => foldValue(a!),
    ),
  foldTwice: (pool) =>
    lift(
      [pool.pick(32)],
      (a) => fold(fold(a!)),
      (a) => foldValue(foldValue(a!)),
    ),
  checksum: (pool) => {
    const width = pool.draw.pick([32, 32, 64]);
    const parts = words(pool, 6);
    return lift(
      parts,
      (...terms) => fold(fold(sumOf(terms.map(wide(width)), width))),
      (...values) => endAroundSum(values),
    );
  },
  adjusted: (pool) => {
    const [sum, before, after] = [pool.pick(16), pool.pick(16), pool.pick(16)] as const;
    return lift(
      [sum, before, after],
      (s, b, a) => not(extract(fold(fold(sumOf([not(s!), not(b!), a!].map(wide(32)), 32))), 15, 0)),
      (s, b, a) => 0xffffn - endAroundSum([0xffffn - s!, 0xffffn - b!, a!]),
    );
  },
  swappedSum: (pool) => {
    const parts = words(pool, 4);
    return lift(
      parts,
      (...terms) => swap16(onesSum(...terms.map(swap16))),
      (...values) => endAroundSum(values),
    );
  },
  narrowSum: (pool) => {
    const a = pool.pick(pool.draw.pick([32, 64]));
    const low = (x: Term, i: number) => extract(x, 16 * i + 15, 16 * i);
    return lift(
      [a],
      (x) => onesSum(add(low(x!, 0), low(x!, 1)), low(x!, 0)),
      (x) => endAroundSum([((x! & 0xffffn) + ((x! >> 16n) & 0xffffn)) & 0xffffn, x! & 0xffffn]),
    );
  },
  scaledSum: (pool) => {
    const parts = words(pool, 3);
    const factors = parts.map(() => BigInt(pool.draw.between(1, 70_000)));
    return lift(
      parts,
      (...terms) =>
        onesSum(
          extract(
            fold(
              fold(
                fold(linear(...terms.map((t, i): [Term, bigint] => [wide(64)(t), factors[i]!]))),
              ),
            ),
            15,
            0,
          ),
        ),
      (...values) => {
        const total = values.reduce((sum, value, i) => sum + value * factors[i]!, 0n);
        return foldValue(foldValue(foldValue(total)));
      },
    );
  },
  carried: (pool) => {
    const more = BigInt(pool.draw.below(3));
    return lift(
      [pool.pick(16), pool.pick(16)],
      (a, b) => fold(linear([wide(32)(a!), 1n], [wide(32)(b!), 1n], [constant(more, 32), 1n])),
      (a, b) => foldValue(a! + b! + more),
    );
  },
  sliced: (pool) => {
    const factors = [1n, BigInt(pool.draw.pick([1, 2, 0x10000, 0x12345678]))];
    const width = pool.draw.pick([32, 64]);
    const chosen = slices(pool, width);
    return lift(
      [pool.pick(16), pool.pick(16)],
      (a, b) => {
        const source = linear([wide(width)(a!), factors[0]!], [wide(width)(b!), factors[1]!]);
        const parts = chosen.map((slice) => wide(32)(cut(source, slice.low, slice.width)));
        return fold(fold(sumOf(parts, 32)));
      },
      (a, b) => {
        const source = (a! * factors[0]! + b! * factors[1]!) & ((1n << BigInt(width)) - 1n);
        return endAroundSum(chosen.map((slice) => cutValue(source, slice.low, slice.width)));
      },
    );
  },
};
