/**
 * Terms: bit vectors of 1 to 64 bits and truth values, hash-consed, so that equal terms are one
 * object. They are built by logic.ts, bits.ts, shifts.ts, arithmetic.ts, comparisons.ts and
 * ones-complement.ts, which simplify as they build; each rule there is an identity of bit vectors.
 *
 *     const                value
 *     var  name            an unknown
 *     app  name(args)      an uninterpreted function: the contents of a table, the keyed hash
 *     concat               its arguments' bits side by side, the most significant first
 *     extract              the bits `low` and up of its argument, `width` of them
 *     sum                  constant + coefficients x arguments, modulo 2^width
 *     mul and or xor not shl lshr ashr ite                                as in SMT-LIB
 *     ones                 16 bits: the one's-complement sum (RFC 1071) of constant + coefficients x arguments
 *     eq ult slt all any no                                      truth values, of width 0
 */
export type Op =
  | "const"
  | "var"
  | "app"
  | "concat"
  | "extract"
  | "sum"
  | "mul"
  | "and"
  | "or"
  | "xor"
  | "not"
  | "shl"
  | "lshr"
  | "ashr"
  | "ite"
  | "ones"
  | "eq"
  | "ult"
  | "slt"
  | "all"
  | "any"
  | "no";

export interface Term {
  readonly id: number;
  readonly op: Op;
  /** Bits; 0 for a truth value. */
  readonly width: number;
  readonly args: readonly Term[];
  /** Of a const; the constant part of a sum or of ones. */
  readonly value: bigint;
  /** Of a var or app. */
  readonly name: string;
  /** Of an extract. */
  readonly low: number;
  /** Of a sum or of ones, one for each argument, none 0. */
  readonly coefficients: readonly bigint[];
  /** Bounds of the value as an unsigned number. */
  readonly min: bigint;
  readonly max: bigint;
  /** Of a sum: whether it never wraps, so that it is the sum of its parts also as a number. */
  readonly isExact: boolean;
}

interface Parts {
  op: Op;
  width: number;
  args?: readonly Term[];
  value?: bigint;
  name?: string;
  low?: number;
  coefficients?: readonly bigint[];
  min?: bigint;
  max?: bigint;
  isExact?: boolean;
}

const terms = new Map<string, Term>();
const NO_TERMS: readonly Term[] = [];
const NO_NUMBERS: readonly bigint[] = [];

/** The one term with these parts. Bounds are derived from the others, and not part of the identity. */
export function intern(parts: Parts): Term {
  const { op, width, args = NO_TERMS, value = 0n, name = "", low = 0 } = parts;
  const coefficients = parts.coefficients ?? NO_NUMBERS;
  let key = `${op} ${width} ${low} ${value}`;
  for (const arg of args) key += ` ${arg.id}`;
  if (coefficients.length > 0) key += ` * ${coefficients.join(" ")}`;
  // Last, as a name may hold anything.
  if (name !== "") key += ` '${name}`;
  const known = terms.get(key);
  if (known) return known;
  const term: Term = {
    id: terms.size,
    op,
    width,
    args,
    value,
    name,
    low,
    coefficients,
    min: parts.min ?? 0n,
    max: parts.max ?? ones(width),
    isExact: parts.isExact ?? false,
  };
  terms.set(key, term);
  return term;
}

/** The number whose `width` bits are all set. */
export function ones(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

export function constant(value: bigint | number, width: number): Term {
  const wrapped = BigInt(value) & ones(width);
  return intern({ op: "const", width, value: wrapped, min: wrapped, max: wrapped });
}

/** An unknown; `max` where its value is known to be bounded by its very making. */
export function variable(name: string, width: number, max = ones(width)): Term {
  const term = intern({ op: "var", width, name, max });
  if (term.max !== max) throw new Error(`${name} is bounded by ${term.max} and by ${max}.`);
  return term;
}

/** An uninterpreted function applied. `width` belongs to the function. */
export function apply(name: string, width: number, ...args: Term[]): Term {
  return intern({ op: "app", width, name, args });
}

export const TRUE = intern({ op: "const", width: 0, value: 1n });
export const FALSE = intern({ op: "const", width: 0, value: 0n });

export function isConstant(term: Term): boolean {
  return term.op === "const";
}

/** All different terms within some terms, each after its arguments. */
export function subterms(roots: Iterable<Term>): Term[] {
  const seen = new Set<Term>();
  const found: Term[] = [];
  const stack: { term: Term; next: number }[] = [];
  for (const root of roots) {
    if (seen.has(root)) continue;
    seen.add(root);
    stack.push({ term: root, next: 0 });
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const arg = top.term.args[top.next++];
      if (!arg) {
        found.push(top.term);
        stack.pop();
      } else if (!seen.has(arg)) {
        seen.add(arg);
        stack.push({ term: arg, next: 0 });
      }
    }
  }
  return found;
}
