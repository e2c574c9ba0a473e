/**
 * Equalities among assertions, put to use before a solver sees them: where `f(x) == t` is asserted,
 * `f(x)` is replaced by `t` everywhere else. Two sums that differ by such a step become one term,
 * which for a solver would be two adders to be shown alike bit by bit.
 */
import { rebuild } from "../terms/rebuild.ts";
import { TRUE, isConstant, subterms, type Term } from "../terms/term.ts";

/** Assertions that are satisfiable if and only if the given ones are. */
export function withoutDetours(assertions: readonly Term[]): Term[] {
  const values = new Map<Term, Term>();
  const kept: Term[] = [];
  for (const claim of assertions) {
    for (const part of claim.op === "all" ? claim.args : [claim]) {
      const [unknown, value] = definitionIn(part) ?? [];
      if (unknown && !values.has(unknown)) {
        values.set(unknown, value!);
        kept.push(part);
      }
    }
  }
  if (values.size === 0) return [...assertions];
  const replaced = replacing(values);
  return [...kept, ...assertions.map(replaced).filter((claim) => claim !== TRUE)];
}

/** An uninterpreted value that is said to equal something made of older terms. */
function definitionIn(claim: Term): [Term, Term] | undefined {
  if (claim.op !== "eq") return undefined;
  const [a, b] = claim.args as [Term, Term];
  for (const [unknown, value] of [
    [a, b],
    [b, a],
  ] as const) {
    if (unknown.op === "ite") {
      // The shorter of two choices.
      if (subterms([value]).length >= subterms([unknown]).length) continue;
    } else if (unknown.op !== "app" && unknown.op !== "var") continue;
    if (value.op === "app" && value.id > unknown.id) continue;
    if (isConstant(value) || !subterms([value]).includes(unknown)) return [unknown, value];
  }
  return undefined;
}

function replacing(values: Map<Term, Term>): (term: Term) => Term {
  const done = new Map<Term, Term>(values);
  const replaced = (term: Term): Term => {
    const known = done.get(term);
    if (known) return known;
    const args = term.args.map(replaced);
    const result = args.every((arg, i) => arg === term.args[i]) ? term : rebuild(term, args);
    done.set(term, result);
    return result;
  };
  return replaced;
}
