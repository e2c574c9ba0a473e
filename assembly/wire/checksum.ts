/**
 * The Internet checksum (RFC 1071) and its incremental upkeep (RFC 1624, equation 3).
 *
 * A one's-complement sum comes out the same in either byte order (RFC 1071 §2.B), so every
 * word is taken as it lies in the packet and nothing is swapped.
 */
import { be16, be32 } from "./order";

/** What replacing a covered word adds to the sum: ~m + m' of equation 3. */
export function change16(before: be16, after: be16): u32 {
  return inverse(before) + <u32>after;
}

/** The same for both words of an address. */
export function change32(before: be32, after: be32): u32 {
  return change16(<u16>before, <u16>after) + change16(<u16>(before >> 16), <u16>(after >> 16));
}

/**
 * The checksum once its covered words have changed by `change`, the sum of all their changes.
 * Requires change < 2^31: thousands of words.
 */
export function adjust(checksum: be16, change: u32): be16 {
  return <u16>~fold(inverse(checksum) + change);
}

/** A sum that is not complemented yet, once its covered words have changed: see `adjust`. */
export function adjustSum(sum: be16, change: u32): be16 {
  return <u16>fold(<u32>sum + change);
}

/** Whether a header of `octets` (a multiple of 4, at least 20) sums to 0xffff. */
export function headerIsValid(header: usize, octets: u32): bool {
  let sum: u64 =
    <u64>load<u32>(header) +
    load<u32>(header, 4) +
    load<u32>(header, 8) +
    load<u32>(header, 12) +
    load<u32>(header, 16);
  for (let at: u32 = 20; at < octets; at += 4) sum += load<u32>(header + at);
  return fold(<u32>(sum & 0xffff) + ((<u32>(sum >> 16)) & 0xffff) + <u32>(sum >> 32)) == 0xffff;
}

/** Whether `octets` from `message` on sum to 0xffff. */
export function messageIsValid(message: usize, octets: u32): bool {
  return fold(sumOf(message, octets)) == 0xffff;
}

/** The sum of the words of `octets` from `message` on, an odd last octet padded with zero; at most 65535 octets. */
export function sumOf(message: usize, octets: u32): u32 {
  let sum: u32 = 0;
  const even = octets & ~1;
  for (let at: u32 = 0; at < even; at += 2) sum += load<u16>(message + at);
  if (octets & 1) sum += load<u8>(message + even);
  return sum;
}

/** The checksum of words that sum to `sum`. */
export function checksumOf(sum: u32): be16 {
  return <u16>~fold(sum);
}

function inverse(word: u16): u32 {
  return (<u32>word) ^ 0xffff;
}

/** Adds the carries back in; two rounds are enough for any 32-bit sum. */
function fold(sum: u32): u32 {
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}
