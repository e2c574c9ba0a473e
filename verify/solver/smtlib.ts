/**
 * Terms as the text of an SMT-LIB 2 query, for a solver that is asked once and then reset.
 *
 * Every subterm that is not an unknown or a constant is defined once, as `$N`, before it is used;
 * nothing nests, so a term may be as deep as it likes.
 */
import { ones, subterms, type Term } from "../terms/term.ts";
import { boundOfOnes, onesText, sumText } from "./sums.ts";

/**
 * What to say of one's-complement sums: all, or nothing. As an opaque sum may have any value, what
 * is unsatisfiable with opaque sums is so with precise ones.
 */
export type Mode = "opaque" | "precise";

export interface Query {
  /** Up to and with `(check-sat)`. */
  readonly text: string;
  /** The unknowns and function values in the text, each after those in its arguments. */
  readonly unknowns: readonly { readonly term: Term; readonly symbol: string }[];
  /** Whether a one's-complement sum was left out. */
  readonly isApproximate: boolean;
}

export function print(assertions: readonly Term[], mode: Mode = "precise"): Query {
  const symbols = new Map<Term, string>();
  const unknowns: { term: Term; symbol: string }[] = [];
  const declared = new Map<string, string>();
  const lines = ["(set-logic QF_UFBV)"];
  let isApproximate = false;
  const declare = (name: string, signature: string) => {
    const known = declared.get(name);
    if (known === signature) return;
    if (known !== undefined) throw new Error(`${name} is of two kinds: ${known} and ${signature}`);
    declared.set(name, signature);
    lines.push(`(declare-fun ${name} ${signature})`);
  };
  for (const term of subtermsIn(assertions, mode)) {
    const args = term.args.map((arg) => symbols.get(arg)!);
    let symbol = `$${symbols.size}`;
    if (term.op === "const") symbol = constantText(term);
    else if (term.op === "var") {
      symbol = quoted(term.name);
      const isNew = !declared.has(symbol);
      declare(symbol, `() ${sort(term.width)}`);
      if (isNew && term.width > 0 && term.max < ones(term.width)) {
        lines.push(`(assert (bvule ${symbol} ${number(term.max, term.width)}))`);
      }
    } else if (term.op === "ones" && mode === "opaque") {
      isApproximate = true;
      declare(symbol, `() ${sort(term.width)}`);
    } else {
      if (term.op === "app") {
        const kinds = term.args.map((arg) => sort(arg.width)).join(" ");
        declare(quoted(term.name), `(${kinds}) ${sort(term.width)}`);
      }
      lines.push(`(define-fun ${symbol} () ${sort(term.width)} ${bodyText(term, args)})`);
    }
    symbols.set(term, symbol);
    if (term.op === "var" || term.op === "app") unknowns.push({ term, symbol });
  }
  for (const claim of assertions) lines.push(`(assert ${symbols.get(claim)!})`);
  lines.push("(check-sat)", "");
  return { text: lines.join("\n"), unknowns, isApproximate };
}

/** Whether a one's-complement sum occurs. */
export function hasOnes(assertions: readonly Term[]): boolean {
  return subterms(assertions).some((term) => term.op === "ones");
}

/** All terms to be printed, each after its arguments; an opaque sum has no arguments. */
function subtermsIn(assertions: readonly Term[], mode: Mode): Term[] {
  const all = subterms(assertions);
  if (mode === "precise") return all;
  const needed = new Set(assertions);
  for (const term of all.toReversed()) {
    if (!needed.has(term) || term.op === "ones") continue;
    for (const arg of term.args) needed.add(arg);
  }
  return all.filter((term) => needed.has(term));
}

const OPERATORS: Partial<Record<Term["op"], string>> = {
  mul: "bvmul",
  and: "bvand",
  or: "bvor",
  xor: "bvxor",
  not: "bvnot",
  shl: "bvshl",
  lshr: "bvlshr",
  ashr: "bvashr",
  ite: "ite",
  eq: "=",
  ult: "bvult",
  slt: "bvslt",
  all: "and",
  any: "or",
  no: "not",
};

function bodyText(term: Term, args: string[]): string {
  switch (term.op) {
    case "app":
      return args.length === 0 ? quoted(term.name) : `(${quoted(term.name)} ${args.join(" ")})`;
    case "concat":
      return args.reduceRight((rest, arg) => `(concat ${arg} ${rest})`);
    case "extract":
      return `((_ extract ${term.low + term.width - 1} ${term.low}) ${args[0]})`;
    case "sum":
      return sumText(term, args);
    case "ones":
      return onesText(term, args, boundOfOnes(term));
  }
  const operator = OPERATORS[term.op];
  if (operator === undefined) throw new Error(`A ${term.op} cannot be printed.`);
  return `(${operator} ${args.join(" ")})`;
}

function sort(width: number): string {
  return width === 0 ? "Bool" : `(_ BitVec ${width})`;
}

function constantText(term: Term): string {
  if (term.width === 0) return term.value === 1n ? "true" : "false";
  return number(term.value, term.width);
}

function number(value: bigint, width: number): string {
  return `(_ bv${value} ${width})`;
}

/** Names between bars may hold anything but bars and backslashes. `$N` are ours. */
function quoted(name: string): string {
  if (/[|\\\n]|^\$\d+$|^$/.test(name)) throw new Error(`"${name}" cannot be printed as a name.`);
  return `|${name}|`;
}
