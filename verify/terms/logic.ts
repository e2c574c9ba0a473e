/** Truth values and choice. */
import { FALSE, TRUE, constant, intern, isConstant, type Term } from "./term.ts";

export function truth(value: boolean): Term {
  return value ? TRUE : FALSE;
}

export function no(term: Term): Term {
  if (term === TRUE) return FALSE;
  if (term === FALSE) return TRUE;
  if (term.op === "no") return term.args[0]!;
  return intern({ op: "no", width: 0, args: [term] });
}

export function all(...claims: Term[]): Term {
  return gather("all", claims, TRUE, FALSE);
}

export function any(...claims: Term[]): Term {
  return gather("any", claims, FALSE, TRUE);
}

export function implies(premise: Term, claim: Term): Term {
  return any(no(premise), claim);
}

function gather(op: "all" | "any", claims: Term[], neutral: Term, absorbing: Term): Term {
  const parts = new Set<Term>();
  for (const claim of claims) {
    if (claim === absorbing) return absorbing;
    if (claim === neutral) continue;
    for (const part of claim.op === op ? claim.args : [claim]) parts.add(part);
  }
  for (const part of parts) if (part.op === "no" && parts.has(part.args[0]!)) return absorbing;
  if (parts.size === 0) return neutral;
  const args = [...parts].sort((a, b) => a.id - b.id);
  return args.length === 1 ? args[0]! : intern({ op, width: 0, args });
}

export function ite(condition: Term, yes: Term, otherwise: Term): Term {
  if (condition === TRUE) return yes;
  if (condition === FALSE) return otherwise;
  if (yes === otherwise) return yes;
  if (yes.width === 0) return any(all(condition, yes), all(no(condition), otherwise));
  if (condition.op === "no") return ite(condition.args[0]!, otherwise, yes);
  if (yes.op === "ite" && yes.args[0] === condition) yes = yes.args[1]!;
  if (otherwise.op === "ite" && otherwise.args[0] === condition) otherwise = otherwise.args[2]!;
  if (yes === otherwise) return yes;
  const min = yes.min < otherwise.min ? yes.min : otherwise.min;
  const max = yes.max > otherwise.max ? yes.max : otherwise.max;
  return intern({ op: "ite", width: yes.width, args: [condition, yes, otherwise], min, max });
}

/** Whether a term is one of two constants, by a condition. */
export function isChoice(term: Term): boolean {
  return term.op === "ite" && isConstant(term.args[1]!) && isConstant(term.args[2]!);
}

/** A truth value as a number of `width` bits, as WebAssembly has it. */
export function number(claim: Term, width: number): Term {
  return ite(claim, constant(1, width), constant(0, width));
}
