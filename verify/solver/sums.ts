/** Linear forms and one's-complement sums in SMT-LIB. Adders are hard for solvers: no idle ones. */
import { ones, type Term } from "../terms/term.ts";

/** Coefficients from half the modulus on are subtracted. */
export function sumText(term: Term, args: readonly string[]): string {
  const modulus = 1n << BigInt(term.width);
  const scaled = (arg: string, factor: bigint): string =>
    factor === 1n ? arg : `(bvmul (_ bv${factor} ${term.width}) ${arg})`;
  const added: string[] = [];
  const taken: string[] = [];
  args.forEach((arg, i) => {
    const factor = term.coefficients[i]!;
    const isNegative = factor > modulus / 2n;
    if (isNegative) taken.push(scaled(arg, modulus - factor));
    else added.push(scaled(arg, factor));
  });
  if (term.value !== 0n) added.push(`(_ bv${term.value} ${term.width})`);
  const start = added.length > 0 ? nested("bvadd", added) : `(bvneg ${taken.shift()!})`;
  return taken.reduce((text, arg) => `(bvsub ${text} ${arg})`, start);
}

/** The most that the words and the constant of a one's-complement sum can come to. */
export function boundOfOnes(term: Term): bigint {
  return term.coefficients.reduce(
    (bound, factor, i) => bound + factor * term.args[i]!.max,
    term.value,
  );
}

/**
 * The sum in as many bits as it needs, folded until it is below 2^16. A fold of a number up to
 * `bound` is at most bound / 2^16 + 65535, and a fold of one up to 0x1fffe is at most 65535.
 */
export function onesText(term: Term, args: readonly string[], bound: bigint): string {
  const width = Math.max(32, bound.toString(2).length);
  const extended = args.map((arg, i) => {
    const wide = `((_ zero_extend ${width - term.args[i]!.width}) ${arg})`;
    const factor = term.coefficients[i]!;
    return factor === 1n ? wide : `(bvmul (_ bv${factor} ${width}) ${wide})`;
  });
  if (term.value !== 0n) extended.push(`(_ bv${term.value} ${width})`);
  let text = nested("bvadd", extended);
  let rest = bound;
  while (rest > ones(16)) {
    const low = `((_ zero_extend ${width - 16}) ((_ extract 15 0) s))`;
    const high = `((_ zero_extend 16) ((_ extract ${width - 1} 16) s))`;
    text = `(let ((s ${text})) (bvadd ${low} ${high}))`;
    rest = rest <= 0x1fffen ? ones(16) : (rest >> 16n) + ones(16);
  }
  return `((_ extract 15 0) ${text})`;
}

function nested(operator: string, parts: readonly string[]): string {
  return parts.reduce((text, part) => `(${operator} ${text} ${part})`);
}
