/**
 * One's-complement sums (RFC 1071), decided without a solver: bit by bit they are hopeless.
 *
 * A sum is known by its words alone, in whatever order and with however many carries it was worked
 * out: by its view (view.ts), which folding keeps. A folded number below 2^16 is the one's-complement sum
 * of its view.
 */
import { not, zeroExtend } from "./bits.ts";
import { constant, intern, isConstant, type Term } from "./term.ts";
import { type View, WORD, addView, reduced, sourceOfSlices, swap, viewOf } from "./view.ts";

/** The one's-complement sum of some 16-bit words. */
export function onesSum(...words: Term[]): Term {
  const view: View = { words: new Map(), fixed: 0n };
  for (const word of words) addView(view, viewOf(word)!, 1n);
  return onesTerm(view);
}

/**
 * The one's-complement sum that a linear form is: the second fold, (x mod 2^16) + (x div 2^16), of a
 * number x below 2^17 - 1 is below 2^16.
 */
export function folded(
  args: readonly Term[],
  coefficients: readonly bigint[],
  fixed: bigint,
  width: number,
): Term | undefined {
  const source = sourceOfSlices(args, coefficients, fixed);
  if (!source || source.max > 0x1fffen || width < WORD) return undefined;
  const view = viewOf(source);
  return view && zeroExtend(onesTerm(view), width);
}

function onesTerm(view: View): Term {
  cancelComplements(view);
  const args = [...view.words.keys()].sort((a, b) => a.id - b.id);
  if (args.length === 0) return constant(reduced(view.fixed), WORD);
  if (args.length === 1 && view.fixed === 0n && view.words.get(args[0]!) === 1n) return args[0]!;
  const mirrored = new Map<Term, bigint>();
  // Words that are different terms may be one term when swapped.
  for (const [word, count] of view.words) {
    mirrored.set(swap(word), (mirrored.get(swap(word)) ?? 0n) + count);
  }
  const others = [...mirrored.keys()].sort((a, b) => a.id - b.id);
  const isMirrored = isBefore(others, args);
  const chosen = isMirrored ? others : args;
  const counts = chosen.map((word) => reduced((isMirrored ? mirrored : view.words).get(word)!));
  const fixed = reduced(view.fixed);
  const value = isMirrored ? swap(constant(fixed, WORD)).value : fixed;
  const term = intern({ op: "ones", width: WORD, args: chosen, coefficients: counts, value });
  return isMirrored ? swap(term) : term;
}

/** A word and its complement sum to 0xffff. */
function cancelComplements(view: View): void {
  for (const [word, count] of view.words) {
    const other = view.words.get(not(word));
    if (other === undefined) continue;
    const pairs = count < other ? count : other;
    for (const [one, many] of [
      [word, count],
      [not(word), other],
    ] as const) {
      if (many === pairs) view.words.delete(one);
      else view.words.set(one, many - pairs);
    }
    view.fixed = reduced(view.fixed + pairs * 0xffffn);
  }
}

function isBefore(a: Term[], b: Term[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]!.id < b[i]!.id;
  return false;
}

/**
 * A sum without some of its words that are known to sum to 0xffff, which is zero modulo 65535: the
 * same sum, if one of the others is not 0. `truths` are what is known.
 */
export function withoutFullSum(
  sum: Term,
  truths: Iterable<Term>,
  isNotZero: (word: Term) => boolean,
): Term | undefined {
  if (sum.value === 0xffffn && sum.args.some(isNotZero)) {
    const words = sum.args.map((arg, i): [Term, bigint] => [arg, sum.coefficients[i]!]);
    return onesTerm({ words: new Map(words), fixed: 0n });
  }
  for (const truth of truths) {
    const full = fullSumIn(truth);
    if (!full || full === sum) continue;
    for (const words of [full.args, full.args.map(swap)]) {
      const rest = less(sum, words, full);
      if (rest && rest.args.some(isNotZero)) return rest.term;
    }
  }
  return undefined;
}

/** The sum that a claim says is 0xffff. */
export function fullSumIn(claim: Term): Term | undefined {
  if (claim.op !== "eq") return undefined;
  const [a, b] = claim.args as [Term, Term];
  const [fixed, sum] = isConstant(a) ? [a, b] : [b, a];
  return sum.op === "ones" && isConstant(fixed) && fixed.value === 0xffffn ? sum : undefined;
}

/** What is left of a sum when words are taken away with the multiplicities of another one. */
function less(
  sum: Term,
  words: readonly Term[],
  other: Term,
): { term: Term; args: Term[] } | undefined {
  if (other.value !== 0n) return undefined;
  const left = new Map(sum.args.map((arg, i) => [arg, sum.coefficients[i]!]));
  for (const [i, word] of words.entries()) {
    const count = (left.get(word) ?? 0n) - other.coefficients[i]!;
    if (count < 0n) return undefined;
    if (count === 0n) left.delete(word);
    else left.set(word, count);
  }
  return { term: onesTerm({ words: left, fixed: sum.value }), args: [...left.keys()] };
}
