import { suite } from "uvu";
import * as assert from "uvu/assert";
import { add, linear, sumOf } from "../../../verify/terms/arithmetic.ts";
import { bitwise, concat, extract, not, zeroExtend } from "../../../verify/terms/bits.ts";
import { shiftRight } from "../../../verify/terms/shifts.ts";
import { evaluate } from "../../../verify/terms/evaluate.ts";
import { ult } from "../../../verify/terms/comparisons.ts";
import { ite } from "../../../verify/terms/logic.ts";
import { onesSum } from "../../../verify/terms/ones-complement.ts";
import { constant, variable, type Term } from "../../../verify/terms/term.ts";

const sums = suite("one's-complement sums");
const [a, b, c] = ["a", "b", "c"].map((name) => variable(name, 16)) as [Term, Term, Term];
const wide = (word: Term): Term => zeroExtend(word, 32);
const swap = (word: Term): Term => concat(extract(word, 7, 0), extract(word, 15, 8));
const fold = (sum: Term): Term =>
  add(bitwise("and", sum, constant(0xffff, 32)), shiftRight(sum, constant(16, 32)));

function value(term: Term, values: Record<string, bigint>): bigint {
  return evaluate(term, { variable: (name) => values[name]!, apply: () => 0n });
}

sums("are one term in whatever order and octet order they are worked out", () => {
  const sum = onesSum(a, b, c);
  assert.is(fold(fold(sumOf([c, a, b].map(wide), 32))), wide(sum));
  assert.is(fold(fold(add(fold(add(wide(b), wide(a))), wide(c)))), wide(sum));
  assert.is(swap(onesSum(swap(c), swap(b), swap(a))), sum);
});

sums("take a sum that wraps for a word like any other", () => {
  const wrapped = add(a, b);
  assert.is(value(onesSum(wrapped, c), { a: 0xffffn, b: 2n, c: 3n }), 4n);
});

sums("do not take a sum of slices that wraps for the number it was sliced from", () => {
  const whole = variable("whole", 32);
  const wrapped = add(extract(whole, 15, 0), extract(whole, 31, 16));
  assert.is(value(onesSum(wrapped, a), { whole: 0xffff_0002n, a: 1n }), 2n);
});

sums("count words that are two terms, but one when swapped", () => {
  const claim = ult(b, c);
  const octet = (low: number): Term => ite(claim, constant(2, 8), extract(a, low + 7, low));
  // Made first, so that the sum is one of swapped words.
  const swapped = concat(octet(0), octet(8));
  const whole = ite(claim, constant(0x0202, 16), a);
  assert.is.not(swap(swapped), whole);
  assert.is(swap(whole), swapped);
  assert.is(value(onesSum(whole, swap(swapped)), { a: 0x0103n, b: 1n, c: 1n }), 0x0206n);
});

sums("are folded when what they are a sum of is below 0x1ffff only", () => {
  const most = fold(linear([wide(a), 1n], [wide(b), 1n], [constant(1, 32), 1n]));
  assert.is(value(most, { a: 0xffffn, b: 0xffffn }), 0x10000n);
});

sums("are zero for zeros only", () => {
  assert.is(value(onesSum(a, not(a)), { a: 5n }), 0xffffn);
  assert.is(value(onesSum(a, a, b), { a: 0n, b: 0n }), 0n);
});

sums.run();
