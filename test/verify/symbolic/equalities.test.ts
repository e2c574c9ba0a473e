/** What is put in place of what is equal: the assertions must stay true of the same values. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { withoutDetours } from "../../../verify/symbolic/equalities.ts";
import { add } from "../../../verify/terms/arithmetic.ts";
import { bitwise } from "../../../verify/terms/bits.ts";
import { evaluator, type Model } from "../../../verify/terms/evaluate.ts";
import { eq, ult } from "../../../verify/terms/comparisons.ts";
import { all, ite, no } from "../../../verify/terms/logic.ts";
import { apply, constant, variable, type Term } from "../../../verify/terms/term.ts";
import { show } from "../../../verify/terms/show.ts";
import { Draw } from "../../support/random.ts";

const WIDTH = 2;
const LISTS = 2_000;
const MODELS = 64;
const UNKNOWNS = ["a", "b", "c"].map((name) => variable(name, WIDTH));

const equalities = suite("equalities put to use");

equalities("leave true what is true, and false what is false", () => {
  let met = 0;
  for (let seed = 1; seed <= LISTS; seed++) {
    const draw = Draw.seeded(seed);
    const assertions = Array.from({ length: draw.between(1, 4) }, () => claim(draw));
    const rewritten = withoutDetours(assertions);
    for (let i = 0; i < MODELS; i++) {
      const evaluate = evaluator(model(draw));
      const holds = (claims: Term[]): boolean => claims.every((one) => evaluate(one) === 1n);
      if (holds(assertions)) met++;
      const texts = [assertions, rewritten].map((claims) => claims.map((one) => show(one)));
      assert.is(holds(rewritten), holds(assertions), `seed ${seed}: ${texts.join("\n")}`);
    }
  }
  assert.ok(met > LISTS, "hardly ever true");
});

equalities.run();

/** Small enough for values to be equal by chance. */
function model(draw: Draw): Model {
  const [values, table] = [draw.octets(3), draw.octets(4)];
  return {
    variable: (name) => BigInt(values["abc".indexOf(name)]! & 3),
    apply: (_, [at]) => BigInt(table[Number(at)]! & 3),
  };
}

function claim(draw: Draw): Term {
  const [a, b] = [number(draw, 2), number(draw, 2)];
  const kind = draw.weighted({ same: 6, less: 1, other: 1, both: 2 });
  if (kind === "both") return all(eq(a, b), eq(unknown(draw, 1), number(draw, 1)));
  if (kind === "same") return eq(unknown(draw, 1), b);
  return kind === "less" ? ult(a, b) : no(eq(a, b));
}

function unknown(draw: Draw, depth: number): Term {
  return draw.oneIn(2) ? draw.pick(UNKNOWNS) : apply("f", WIDTH, number(draw, depth));
}

function number(draw: Draw, depth: number): Term {
  if (depth === 0) return draw.oneIn(4) ? constant(draw.below(4), WIDTH) : draw.pick(UNKNOWNS);
  const [a, b] = [number(draw, depth - 1), number(draw, depth - 1)];
  const kind = draw.weighted({ unknown: 4, sum: 2, and: 1, choice: 1 });
  if (kind === "sum") return add(a, b);
  if (kind === "and") return bitwise("and", a, b);
  if (kind === "choice") return ite(eq(a, constant(1, WIDTH)), a, b);
  return unknown(draw, depth - 1);
}
