/** Sums as linear forms, products, and one's-complement folding where it shows. */
import { bitLength } from "./bits.ts";
import { shiftLeft } from "./shifts.ts";
import { folded } from "./ones-complement.ts";
import { constant, intern, isConstant, ones, type Term } from "./term.ts";

export function add(a: Term, b: Term): Term {
  return linear([a, 1n], [b, 1n]);
}

export function subtract(a: Term, b: Term): Term {
  return linear([a, 1n], [b, -1n]);
}

export function sumOf(terms: Term[], width: number): Term {
  return linear([constant(0, width), 1n], ...terms.map((term): [Term, bigint] => [term, 1n]));
}

/** The sum of terms times coefficients, modulo 2^width, with equal terms collected. */
export function linear(...parts: [Term, bigint][]): Term {
  const { width } = parts[0]![0];
  const modulus = 1n << BigInt(width);
  let fixed = 0n;
  const collected = new Map<Term, bigint>();
  for (const [term, factor] of parts) {
    if (isConstant(term)) fixed += term.value * factor;
    else if (term.op === "sum") {
      fixed += term.value * factor;
      term.args.forEach((arg, i) => {
        collected.set(arg, (collected.get(arg) ?? 0n) + term.coefficients[i]! * factor);
      });
    } else collected.set(term, (collected.get(term) ?? 0n) + factor);
  }
  fixed = ((fixed % modulus) + modulus) % modulus;
  const args = [...collected.keys()]
    .filter((term) => collected.get(term)! % modulus !== 0n)
    .sort((a, b) => a.id - b.id);
  const coefficients = args.map((arg) => ((collected.get(arg)! % modulus) + modulus) % modulus);
  if (args.length === 0) return constant(fixed, width);
  if (args.length === 1 && fixed === 0n && coefficients[0] === 1n) return args[0]!;
  return folded(args, coefficients, fixed, width) ?? sumTerm(args, coefficients, fixed, width);
}

/** Coefficients from half the modulus on count as negative when bounds are looked for. */
function sumTerm(args: Term[], coefficients: bigint[], fixed: bigint, width: number): Term {
  const modulus = 1n << BigInt(width);
  const signed = (value: bigint) => (value >= modulus / 2n ? value - modulus : value);
  for (const start of new Set([signed(fixed), fixed])) {
    let min = start;
    let max = start;
    let isPositive = start >= 0n;
    args.forEach((arg, i) => {
      const factor = signed(coefficients[i]!);
      if (factor < 0n) isPositive = false;
      min += factor * (factor < 0n ? arg.max : arg.min);
      max += factor * (factor < 0n ? arg.min : arg.max);
    });
    if (min >= 0n && max < modulus) {
      return intern({
        op: "sum",
        width,
        args,
        coefficients,
        value: fixed,
        min,
        max,
        isExact: isPositive,
      });
    }
  }
  return intern({ op: "sum", width, args, coefficients, value: fixed });
}

export function multiply(a: Term, b: Term): Term {
  if (isConstant(a)) [a, b] = [b, a];
  if (isConstant(b)) {
    const log = bitLength(b.value) - 1;
    if (b.value === 1n << BigInt(log < 0 ? 0 : log)) return shiftLeft(a, constant(log, a.width));
    return linear([a, b.value]);
  }
  const args = a.id < b.id ? [a, b] : [b, a];
  const max = a.max * b.max;
  const fits = max <= ones(a.width);
  return intern({ op: "mul", width: a.width, args, ...(fits && { min: a.min * b.min, max }) });
}
