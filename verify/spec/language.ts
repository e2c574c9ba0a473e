/**
 * The words in which the specification is written. Its values are terms (verify/terms/), which may be
 * constants or unknowns; its control flow is that of TypeScript. A claim becomes a boolean through
 * `when` alone, and an obligation on what the NAT is free to choose is stated with `must` and
 * `everyPort`. Who runs the specification answers them: it is read once and run twice, on packets
 * (concrete.ts) and on unknowns (the proof).
 */
import { add, subtract } from "../terms/arithmetic.ts";
import { eq, ult } from "../terms/comparisons.ts";
import { any, ite, no } from "../terms/logic.ts";
import { FALSE, TRUE, constant, type Term } from "../terms/term.ts";

/** Answers for one run of the specification. */
export interface Decider {
  /** Whether a claim that is neither TRUE nor FALSE holds in this run. */
  decide(claim: Term): boolean;
  /** Notes that the claim is to hold here. */
  require(claim: Term, why: string): void;
  /** Notes that the claim is to hold here of each of the 65,536 ports. */
  requireEveryPort(claim: (port: Term) => Term, why: string): void;
}

let current: Decider | undefined;

export function withDecider<T>(decider: Decider, run: () => T): T {
  const outer = current;
  current = decider;
  try {
    return run();
  } finally {
    current = outer;
  }
}

function decider(): Decider {
  if (!current) throw new Error("The specification runs inside withDecider.");
  return current;
}

export function when(claim: Term): boolean {
  if (claim === TRUE || claim === FALSE) return claim === TRUE;
  return decider().decide(claim);
}

export function must(claim: Term, why: string): void {
  if (claim !== TRUE) decider().require(claim, why);
}

export function everyPort(claim: (port: Term) => Term, why: string): void {
  decider().requireEveryPort(claim, why);
}

/** A number may stand for a constant of the other operand's width. */
export type Operand = Term | number;

function operand(value: Operand, { width }: Term): Term {
  return typeof value === "number" ? constant(value, width) : value;
}

// Claims.

export function equal(a: Term, b: Operand): Term {
  return eq(a, operand(b, a));
}

/** Unsigned, as all numbers in packets are. */
export function less(a: Term, b: Operand): Term {
  return ult(a, operand(b, a));
}

export function atLeast(a: Term, b: Operand): Term {
  return no(less(a, b));
}

export function oneOf(a: Term, ...values: Operand[]): Term {
  return any(...values.map((value) => equal(a, value)));
}

// Claims decided.

export function is(a: Term, ...values: Operand[]): boolean {
  return when(oneOf(a, ...values));
}

export function below(a: Term, b: Operand): boolean {
  return when(less(a, b));
}

export function above(a: Term, b: Operand): boolean {
  return when(ult(operand(b, a), a));
}

// Numbers.

export function plus(a: Term, b: Operand): Term {
  return add(a, operand(b, a));
}

export function minus(a: Term, b: Operand): Term {
  return subtract(a, operand(b, a));
}

export function least(a: Term, b: Term): Term {
  return ite(ult(a, b), a, b);
}
