/**
 * Checksums of octets of a packet, as callers see them: by the number `octetSum(from, octets)`, 32 bits,
 * and the predicate `sumsToOnes(from, octets)`, 1 bit. `from` is the distance of the first octet from
 * the packet's, and `octets` their number.
 *
 * octetSum is S, the sum, as a number, of the octets taken two by two as 16-bit words, the first of
 * the two the less significant, and of an odd last octet as a word of its own. sumsToOnes is 1 if S > 0 and 65535 divides S, else 0. By RFC 1071 §2.B this is to say that the one's-
 * complement sum of the words in network order, an odd last octet followed by a zero, is 0xffff:
 * turning the octets of each word about multiplies S by 256 modulo 65535, which is no divisor of
 * zero, and 0xffff turned about is 0xffff. For the same reason the sum itself in network order is the one's-
 * complement sum of the two halves of S, each turned about: both are congruent, and 0 only if S is. Of what arrived only: nothing may have been written yet.
 */
import { add, linear } from "../terms/arithmetic.ts";
import { concat, extract, zeroExtend } from "../terms/bits.ts";
import { eq, ule } from "../terms/comparisons.ts";
import { all } from "../terms/logic.ts";
import { onesSum } from "../terms/ones-complement.ts";
import { apply, constant, type Term } from "../terms/term.ts";
import type { Claim } from "./contract.ts";
import { below, isZero, u32 } from "./words.ts";

export const HEADER = "wire/checksum/headerIsValid";
export const MESSAGE = "wire/checksum/messageIsValid";
export const SUM = "wire/checksum/sumOf";
export const MOST_OCTETS = 65535;

export function sumsToOnes(from: Term, octets: Term): Term {
  return apply("sumsToOnes", 1, from, octets);
}

export function octetSum(from: Term, octets: Term): Term {
  return apply("octetSum", 32, from, octets);
}

/** Of at most 32,768 words. */
export const MOST_SUM = 1n << 31n;

/** Whether 65535 divides a sum of 32 bits that is not 0: the one's-complement sum of its halves is 0xffff. */
export function isOnes(sum: Term): Term {
  const folded = onesSum(extract(sum, 31, 16), extract(sum, 15, 0));
  return eq(folded, constant(0xffff, 16));
}

/** The octets from `from` on lie within a packet of some length, and nothing wraps. */
function within(from: Term, octets: Term, length: Term): Term {
  return all(ule(octets, length), ule(from, linear([length, 1n], [octets, -1n])));
}

export function requiresHeader(from: Term, octets: Term, length: Term): Claim[] {
  return [
    {
      name: "the length of a header",
      says: all(isZero(extract(octets, 1, 0)), ule(u32(20), octets), ule(octets, u32(60))),
    },
    { name: "all of it in the packet", says: within(from, octets, length) },
  ];
}

export function requiresMessage(from: Term, octets: Term, length: Term): Claim[] {
  return [
    { name: "the length of a message", says: below(octets, MOST_OCTETS + 1) },
    { name: "all of it in the packet", says: within(from, octets, length) },
  ];
}

/** The sum of the words of the first `count` octets, an even number: defined by `wordSumStep`. */
export function wordSum(from: Term, count: Term): Term {
  return apply("wordSum", 32, from, count);
}

/** What wordSum is: 0 at first, and with each two octets their word more. */
export function wordSumStep(from: Term, count: Term, octet: (at: Term) => Term): Term {
  const word = concat(octet(add(add(from, count), u32(1))), octet(add(from, count)));
  const next = add(wordSum(from, count), zeroExtend(word, 32));
  return all(isZero(wordSum(from, u32(0))), eq(wordSum(from, add(count, u32(2))), next));
}
