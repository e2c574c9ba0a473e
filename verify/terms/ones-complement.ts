/**
 * One's-complement sums (RFC 1071), decided without a solver: bit by bit they are hopeless.
 *
 * The sum of 16-bit words with end-around carry is known by two facts: it is congruent to the
 * words' sum modulo 65535, and it is 0 only if every word is 0. A number has the same *view* as a sum of
 * words when both facts hold of it. Folding a number keeps its view; a folded number below 2^16 is the
 * one's-complement sum of its view. So a sum is known by its words alone, in whatever order and
 * with however many carries it was worked out.
 *
 * Swapping the octets of every word swaps those of the sum (RFC 1071 §2.B): 256 is a root of unity.
 */
import { concat, extract, not, zeroExtend } from "./bits.ts";
import { constant, intern, isConstant, ones, type Term } from "./term.ts";

/** Words with their multiplicities, and a constant: the view of a number. */
export interface View {
  words: Map<Term, bigint>;
  fixed: bigint;
}

const WORD = 16;
const MODULUS = 65535n;

/** The one's-complement sum of some 16-bit words. */
export function onesSum(...words: Term[]): Term {
  const view: View = { words: new Map(), fixed: 0n };
  for (const word of words) addView(view, viewOf(word)!, 1n);
  return onesTerm(view);
}

/** The view of a number, if it is made of words by adding without overflow. */
export function viewOf(term: Term): View | undefined {
  const view: View = { words: new Map(), fixed: 0n };
  switch (term.op) {
    case "const":
      view.fixed = reduced(digits(term.value));
      return view;
    case "concat":
      for (let low = 0; low < term.width; low += WORD) {
        const high = Math.min(low + WORD, term.width) - 1;
        const chunk = zeroExtend(extract(term, high, low), WORD);
        addView(view, viewOfWord(chunk), 1n);
      }
      return view;
    case "sum": {
      const parts = viewOfSum(term.args, term.coefficients, term.value, term.isExact);
      if (parts) return parts;
    }
  }
  if (term.width === WORD) return viewOfWord(term);
  if (term.width < WORD) return viewOfWord(zeroExtend(term, WORD));
  if (term.max <= ones(WORD)) return viewOfWord(extract(term, WORD - 1, 0));
  return undefined;
}

function viewOfWord(word: Term): View {
  if (isConstant(word)) return { words: new Map(), fixed: word.value };
  const sum = onesWithin(word);
  if (sum)
    return {
      words: new Map(sum.args.map((arg, i) => [arg, sum.coefficients[i]!])),
      fixed: sum.value,
    };
  const swapped = swap(word);
  const inner = onesWithin(swapped);
  if (inner) {
    const view: View = { words: new Map(), fixed: 0n };
    inner.args.forEach((arg, i) => addView(view, viewOfWord(swap(arg)), inner.coefficients[i]!));
    addView(view, { words: new Map(), fixed: swap(constant(inner.value, WORD)).value }, 1n);
    return view;
  }
  return { words: new Map([[word, 1n]]), fixed: 0n };
}

function onesWithin(word: Term): Term | undefined {
  return word.op === "ones" ? word : undefined;
}

function swap(word: Term): Term {
  return concat(extract(word, 7, 0), extract(word, 15, 8));
}

function viewOfSum(
  args: readonly Term[],
  coefficients: readonly bigint[],
  fixed: bigint,
  isExact: boolean,
): View | undefined {
  if (!isExact) return undefined;
  const folded = viewOfSlices(args, coefficients, fixed);
  if (folded) return folded;
  const view: View = { words: new Map(), fixed: reduced(digits(fixed)) };
  for (const [i, arg] of args.entries()) {
    const part = viewOf(arg);
    if (!part) return undefined;
    addView(view, part, coefficients[i]!);
  }
  return view;
}

/** A sum of all the 16-bit slices of one number has that number's view. */
function viewOfSlices(
  args: readonly Term[],
  coefficients: readonly bigint[],
  fixed: bigint,
): View | undefined {
  const source = sourceOfSlices(args, coefficients, fixed);
  return source && viewOf(source);
}

function sourceOfSlices(
  args: readonly Term[],
  coefficients: readonly bigint[],
  fixed: bigint,
): Term | undefined {
  if (fixed !== 0n || args.length < 2 || coefficients.some((factor) => factor !== 1n)) return;
  const slices = args.map(sliceOf);
  const source = slices[0]?.args[0];
  if (!source || slices.some((slice) => slice?.args[0] !== source)) return;
  const ordered = (slices as Term[]).sort((a, b) => a.low - b.low);
  let next = 0;
  for (const slice of ordered) {
    if (slice.low !== next || slice.width > WORD) return;
    next += WORD;
  }
  const last = ordered[ordered.length - 1]!;
  const covered = last.low + last.width;
  const isWhole = ordered.slice(0, -1).every((slice) => slice.width === WORD);
  return isWhole && source.max <= ones(covered) ? source : undefined;
}

/** The slice in zeros and a slice. */
function sliceOf(term: Term): Term | undefined {
  const piece =
    term.op === "concat" && term.args.length === 2 && isZero(term.args[0]!) ? term.args[1]! : term;
  return piece.op === "extract" ? piece : undefined;
}

function isZero(term: Term): boolean {
  return isConstant(term) && term.value === 0n;
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

function addView(view: View, more: View, times: bigint): void {
  for (const [word, count] of more.words) {
    view.words.set(word, reduced((view.words.get(word) ?? 0n) + count * times));
  }
  view.fixed = reduced(view.fixed + more.fixed * times);
}

/** A number modulo 65535, in 1 to 65535; only 0 gives 0. */
function reduced(value: bigint): bigint {
  return value === 0n ? 0n : ((value - 1n) % MODULUS) + 1n;
}

/** The sum of a number's 16-bit digits. */
function digits(value: bigint): bigint {
  let sum = 0n;
  for (let rest = value; rest > 0n; rest >>= 16n) sum += rest & 0xffffn;
  return sum;
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
