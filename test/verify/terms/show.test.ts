import { suite } from "uvu";
import * as assert from "uvu/assert";
import { linear } from "../../../verify/terms/arithmetic.ts";
import { bitwise, concat, extract, zeroExtend } from "../../../verify/terms/bits.ts";
import { eq, ult } from "../../../verify/terms/comparisons.ts";
import { all, ite, no } from "../../../verify/terms/logic.ts";
import { onesSum } from "../../../verify/terms/ones-complement.ts";
import { apply, constant, TRUE, type Term, variable } from "../../../verify/terms/term.ts";
import { show } from "../../../verify/terms/show.ts";

const a = variable("a", 32);
const b = variable("b", 32);
const c = (value: number): Term => constant(value, 32);
const word = variable("given word", 16);

const SHOWN: [Term, string][] = [
  [TRUE, "true"],
  [c(17), "17"],
  [c(65536), "0x10000"],
  [word, "given_word"],
  [linear([a, 1n], [b, -4n], [c(-3), 1n]), "a - 4 * b - 3"],
  [apply("next", 32, linear([a, 1n], [c(1), 1n])), "next(a + 1)"],
  [zeroExtend(word, 32), "given_word"],
  [concat(extract(a, 7, 0), extract(a, 15, 8)), "a[7:0] : a[15:8]"],
  [bitwise("and", a, b), "a & b"],
  [no(eq(a, b)), "a != b"],
  [no(ult(a, b)), "a >= b"],
  [all(ult(a, b), ult(b, c(9))), "(a < b) and (b < 9)"],
  [ite(eq(a, b), a, c(1)), "(a == b) ? a : 1"],
  [onesSum(word, constant(1, 16)), "ones(given_word + 1)"],
];

const showing = suite("terms as text");

showing("are what one would write", () => {
  for (const [term, text] of SHOWN) assert.is(show(term), text);
});

showing("are cut where they are too deep", () => {
  let term = a;
  for (let i = 0; i < 9; i++) term = apply("next", 32, term);
  assert.is(show(term, 3), "next(next(next(...)))");
});

showing.run();
