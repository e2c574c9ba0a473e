/** What is known, said once more: nothing that does not follow from it. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Facts } from "../../../verify/symbolic/facts.ts";
import { sumOf } from "../../../verify/terms/arithmetic.ts";
import { evaluator } from "../../../verify/terms/evaluate.ts";
import { eq, ule, ult } from "../../../verify/terms/comparisons.ts";
import { all, any, ite, no, number } from "../../../verify/terms/logic.ts";
import { constant, variable, type Term } from "../../../verify/terms/term.ts";
import { show } from "../../../verify/terms/show.ts";
import { Draw } from "../../support/random.ts";

const WIDTH = 2;
const LISTS = 3_000;
const UNKNOWNS = ["a", "b", "c"].map((name) => variable(name, WIDTH));

const facts = suite("facts");

facts("say of a count what is left of it", () => {
  const [a, b, c] = UNKNOWNS.map((unknown) => eq(unknown, constant(0, WIDTH))) as [
    Term,
    Term,
    Term,
  ];
  const count = (...claims: Term[]) =>
    sumOf(
      claims.map((one) => number(one, 8)),
      8,
    );
  const known = new Facts();
  known.assume(ule(count(b, c), count(a)));
  known.assume(no(a));
  assert.is(known.decide(b), undefined);

  known.restate();
  assert.is(known.decide(b), false);
  assert.is(known.decide(c), false);
});

facts("said once more are true of the same values", () => {
  let met = 0;
  let added = 0;
  for (let seed = 1; seed <= LISTS; seed++) {
    const draw = Draw.seeded(seed);
    const assumed = Array.from({ length: draw.between(2, 4) }, () => claim(draw));
    const known = new Facts();
    for (const one of assumed) known.assume(one);
    const before = known.claims.length;
    known.restate();
    if (known.claims.length > before) added++;
    for (let values = 0; values < 4 ** UNKNOWNS.length; values++) {
      const variableOf = (name: string) => BigInt((values >> (2 * "abc".indexOf(name))) & 3);
      const evaluate = evaluator({ variable: variableOf, apply: () => 0n });
      if (!assumed.every((one) => evaluate(one) === 1n)) continue;
      met++;
      for (const one of known.claims) {
        const text = `seed ${seed}: ${assumed.map((each) => show(each)).join("; ")}: ${show(one)}`;
        assert.is(evaluate(one), 1n, text);
      }
    }
  }
  assert.ok(met > LISTS, "hardly ever true");
  assert.ok(added > LISTS / 10, "hardly ever anything new");
});

facts.run();

function claim(draw: Draw): Term {
  const [a, b] = [numeral(draw, 2), numeral(draw, 2)];
  const plain = draw.pick([eq, ult, ule])(a, b);
  switch (draw.below(5)) {
    case 0:
      return no(plain);
    case 1:
      return any(plain, eq(numeral(draw, 1), numeral(draw, 1)));
    case 2:
      return no(all(plain, ult(numeral(draw, 1), numeral(draw, 1))));
  }
  return plain;
}

function numeral(draw: Draw, depth: number): Term {
  if (depth === 0 || draw.oneIn(3)) {
    return draw.oneIn(4) ? constant(draw.below(4), WIDTH) : draw.pick(UNKNOWNS);
  }
  const [a, b] = [numeral(draw, depth - 1), numeral(draw, depth - 1)];
  if (draw.oneIn(2)) return sumOf([a, b], WIDTH);
  return draw.oneIn(2) ? number(eq(a, b), WIDTH) : ite(ult(a, b), a, b);
}
