/**
 * Dense sets of free labels: pools of 16-bit labels from which any one can be taken at random, and
 * to which it can be given back, in constant time.
 *
 *     a row:     [ ... | taken labels of pool p | its free labels | ... ]
 *                        ^ start                  ^ free            ^ end
 *
 * Each row is a permutation of the 65,536 labels with its inverse; each pool owns the positions of
 * its row from its start to its end, and the labels which stand there. Four pools share a row.
 * Both arrays are kept exclusive-or with the position, so that zeroed memory is the identity.
 *
 * Abstractly, `free(pool)` is a set of labels. Invariant: LABEL_AT and POSITION_OF of a row are
 * inverse to each other; start <= free <= end for each pool.
 */
import { LABEL_AT, POOLS, POSITION_OF } from "../layout";

/** No label. */
export const NONE: u32 = 0xffffffff;

const FREE: usize = 0;
const END: usize = 4;

/**
 * Makes `pool` hold the labels from `start` to `end`, less the last; none if start > end.
 *
 * requires  the row has not been used; start <= 65536, end <= 65536
 * modifies  the pool
 */
export function fill(pool: u32, start: u32, end: u32): void {
  store<u32>(at(pool), start, FREE);
  store<u32>(at(pool), max(start, end), END);
}

/**
 * A free label, taken: the one that `random` points at; NONE if there is none.
 *
 * requires  pool is filled
 * ensures   result == NONE <=> old(free(pool)) is empty
 * ensures   result != NONE  => free(pool) == old(free(pool)) without result, which was in it
 * modifies  the pool and its row
 */
export function take(pool: u32, random: u32): u32 {
  const free = load<u32>(at(pool), FREE);
  const end = load<u32>(at(pool), END);
  if (free >= end) return NONE;
  // A product of 32 bits scales `random` to the pool's size without a division.
  const chosen = free + <u32>((<u64>random * (end - free)) >> 32);
  const row = rowOf(pool);
  const label = labelAt(row, chosen);
  exchange(row, chosen, free);
  store<u32>(at(pool), free + 1, FREE);
  return label;
}

/**
 * Gives `label` back.
 *
 * requires  it was taken from this pool and not given back since
 * ensures   free(pool) == old(free(pool)) and label
 * modifies  the pool and its row
 */
export function give(pool: u32, label: u32): void {
  const last = load<u32>(at(pool), FREE) - 1;
  const row = rowOf(pool);
  exchange(row, positionOf(row, label), last);
  store<u32>(at(pool), last, FREE);
}

function at(pool: u32): usize {
  return POOLS + ((<usize>pool) << 3);
}

/** The octet at which the row of `pool` begins in both arrays. */
function rowOf(pool: u32): usize {
  return ((<usize>pool) >> 2) << 17;
}

function exchange(row: usize, one: u32, other: u32): void {
  const label = labelAt(row, one);
  setLabel(row, one, labelAt(row, other));
  setLabel(row, other, label);
}

function labelAt(row: usize, position: u32): u32 {
  return load<u16>(row + (position << 1), LABEL_AT) ^ position;
}

function positionOf(row: usize, label: u32): u32 {
  return load<u16>(row + (label << 1), POSITION_OF) ^ label;
}

function setLabel(row: usize, position: u32, label: u32): void {
  store<u16>(row + (position << 1), <u16>(label ^ position), LABEL_AT);
  store<u16>(row + (label << 1), <u16>(label ^ position), POSITION_OF);
}
