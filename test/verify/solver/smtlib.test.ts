import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseValues } from "../../../verify/solver/values.ts";
import { hasOnes, print } from "../../../verify/solver/smtlib.ts";
import { add, linear } from "../../../verify/terms/arithmetic.ts";
import { eq, ult } from "../../../verify/terms/comparisons.ts";
import { no } from "../../../verify/terms/logic.ts";
import { onesSum } from "../../../verify/terms/ones-complement.ts";
import { apply, constant, variable } from "../../../verify/terms/term.ts";

const smtlib = suite("smtlib");
const x = variable("x", 32);
const y = variable("y", 32);

smtlib("declares, defines and asserts", () => {
  const port = variable("a port", 16, 1023n);
  const claim = no(eq(apply("table", 16, add(x, y)), port));

  const { text, unknowns, isApproximate } = print([claim]);
  assert.equal(text.split("\n"), [
    "(set-logic QF_UFBV)",
    "(declare-fun |a port| () (_ BitVec 16))",
    "(assert (bvule |a port| (_ bv1023 16)))",
    "(declare-fun |x| () (_ BitVec 32))",
    "(declare-fun |y| () (_ BitVec 32))",
    "(define-fun $3 () (_ BitVec 32) (bvadd |x| |y|))",
    "(declare-fun |table| ((_ BitVec 32)) (_ BitVec 16))",
    "(define-fun $4 () (_ BitVec 16) (|table| $3))",
    "(define-fun $5 () Bool (= |a port| $4))",
    "(define-fun $6 () Bool (not $5))",
    "(assert $6)",
    "(check-sat)",
    "",
  ]);
  assert.equal(
    unknowns.map(({ symbol }) => symbol),
    ["|a port|", "|x|", "|y|", "$4"],
  );
  assert.is(isApproximate, false);
});

smtlib("subtracts what is to be taken off", () => {
  const { text } = print([ult(linear([x, -3n], [y, 2n], [constant(1, 32), 5n]), y)]);
  assert.match(text, "(bvsub (bvadd (bvmul (_ bv2 32) |y|) (_ bv5 32)) (bvmul (_ bv3 32) |x|))");
  assert.match(print([ult(linear([x, -1n]), y)]).text, "(bvneg |x|)");
});

smtlib("leaves out what is within opaque sums", () => {
  const [a, b] = [variable("a", 16), variable("b", 16)];
  const claims = [ult(onesSum(a, b), b)];
  const opaque = print(claims, "opaque");

  assert.is(hasOnes(claims), true);
  assert.is(opaque.isApproximate, true);
  assert.not.match(opaque.text, "|a|");
  assert.match(print(claims, "precise").text, "|a|");
});

smtlib("prints terms as deep as they come", () => {
  let deep = x;
  for (let i = 0; i < 50_000; i++) deep = apply("f", 32, deep);
  assert.is(print([eq(deep, y)]).text.split("\n").length, 50_000 + 8);
});

smtlib("does not print one name with two meanings", () => {
  assert.throws(() => print([eq(variable("n", 8), apply("f", 8, variable("n", 16)))]), "two kinds");
  assert.throws(() => print([eq(variable("a|b", 8), constant(1, 8))]), "cannot be printed");
  assert.throws(() => print([eq(variable("$1", 8), constant(1, 8))]), "cannot be printed");
});

smtlib("reads values as z3 and cvc5 print them", () => {
  assert.equal(parseValues("((|a (b) c| #x00ff)\n ($3 #b101) (|p| true) ($4 false))", 4), [
    255n,
    5n,
    1n,
    0n,
  ]);
  assert.equal(parseValues("((|x| (_ bv12 32)))", 1), [12n]);
  assert.is(parseValues('(error "line 1")', 1), undefined);
  assert.is(parseValues("((|x| (_ bv12 32)))", 2), undefined);
  assert.is(parseValues("((|x| y))", 1), undefined);
});

smtlib.run();
