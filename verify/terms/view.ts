/**
 * What a number is as a sum of 16-bit words.
 *
 * The one's-complement sum of words is known by two facts: it is congruent to the words' sum modulo
 * 65535, and it is 0 only if every word is 0. A number has the same *view* as a sum of words when both
 * facts hold of it.
 *
 * Swapping the octets of every word swaps those of the sum (RFC 1071 §2.B): 256 is a root of unity.
 */
import { concat, extract, zeroExtend } from "./bits.ts";
import { constant, isConstant, ones, type Term } from "./term.ts";

/** Words with their multiplicities, and a constant: the view of a number. */
export interface View {
  words: Map<Term, bigint>;
  fixed: bigint;
}

/** Bits of a word. */
export const WORD = 16;
const MODULUS = 65535n;

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

/** The two octets of a word the other way about. */
export function swap(word: Term): Term {
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

/** The number of which a sum has all 16-bit slices, and nothing else. */
export function sourceOfSlices(
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

/** Adds to a view so many times another. */
export function addView(view: View, more: View, times: bigint): void {
  for (const [word, count] of more.words) {
    view.words.set(word, reduced((view.words.get(word) ?? 0n) + count * times));
  }
  view.fixed = reduced(view.fixed + more.fixed * times);
}

/** A number modulo 65535, in 1 to 65535; only 0 gives 0. */
export function reduced(value: bigint): bigint {
  return value === 0n ? 0n : ((value - 1n) % MODULUS) + 1n;
}

/** The sum of a number's 16-bit digits. */
function digits(value: bigint): bigint {
  let sum = 0n;
  for (let rest = value; rest > 0n; rest >>= 16n) sum += rest & 0xffffn;
  return sum;
}
