/**
 * Words as linear forms modulo 65535, in which one's-complement sums (RFC 1071) can be compared. This
 * is trusted; test/verify/proofs/derived.test.ts compares it with plain arithmetic. It rests on:
 *
 *     onesSum(w, ...) = w + ...        as 65536 is 1
 *     not(w) = -w                      as w + not(w) is 65535
 *     w with its octets swapped = 256 w
 *
 * If two sums are congruent modulo 65535, and neither is 0, one's-complement addition makes 0xffff of
 * both or of none: it makes that of a sum that is a multiple of 65535 and not 0 (ones-complement.ts).
 */
import type { Facts } from "../../symbolic/facts.ts";
import { concat, extract, not } from "../../terms/bits.ts";
import { type Term, isConstant } from "../../terms/term.ts";

const MODULUS = 65535n;

/** Words and their factors, none 0; the constant part is the factor of `undefined`. */
type Form = Map<Term | undefined, bigint>;

/**
 * Whether two sums of 16-bit words are congruent modulo 65535: as forms, or by what is known of one
 * pair of equal words. `false` means that it is not seen.
 */
export function areCongruent(before: Term[], after: Term[], facts: Facts): boolean {
  const difference: Form = new Map();
  for (const word of after) addWord(difference, word, 1n, facts);
  for (const word of before) addWord(difference, word, -1n, facts);
  if (difference.size === 0) return true;
  return facts.claims.some((claim) => {
    const [a, b] = claim.args;
    if (claim.op !== "eq" || a!.width !== 16) return false;
    return [1n, -1n].some((factor) => {
      const rest = new Map(difference);
      addWord(rest, a!, factor, facts);
      addWord(rest, b!, -factor, facts);
      return rest.size === 0;
    });
  });
}

function addWord(form: Form, word: Term, factor: bigint, facts: Facts): void {
  if (word.width !== 16) throw new Error(`a word of ${word.width} bits`);
  const refined = word.op === "ones" ? word : facts.refine(word);
  if (refined !== word) return addWord(form, refined, factor, facts);
  if (isConstant(word)) return addTo(form, undefined, factor * word.value);
  const swapped = concat(extract(word, 7, 0), extract(word, 15, 8));
  const guises: [Term, bigint][] = [
    [word, factor],
    [not(word), -factor],
    [swapped, 256n * factor],
    [not(swapped), -256n * factor],
  ];
  const sum = guises.find(([{ op }]) => op === "ones");
  if (sum) return addSum(form, ...sum, facts);
  // Of the guises of a word the form has the one that was made first.
  const [first, times] = guises.reduce((a, b) => (b[0].id < a[0].id ? b : a));
  addTo(form, first, times);
}

function addSum(form: Form, sum: Term, factor: bigint, facts: Facts): void {
  addTo(form, undefined, factor * sum.value);
  sum.args.forEach((arg, i) => addWord(form, arg, factor * sum.coefficients[i]!, facts));
}

function addTo(form: Form, word: Term | undefined, factor: bigint): void {
  const sum = ((form.get(word) ?? 0n) + factor) % MODULUS;
  const reduced = sum < 0n ? sum + MODULUS : sum;
  if (reduced === 0n) form.delete(word);
  else form.set(word, reduced);
}
