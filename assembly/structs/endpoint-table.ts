/**
 * Finite maps from a 48-bit key to a 16-bit value that is never 0, one for each protocol.
 *
 *     slot    63 ............ 16 | 15 ..... 0      empty <=> 0
 *              key                 value
 *
 * A key stands in one of the two buckets that its hash names: in the first if that was roomy when it
 * came, else in the emptier one. So most keys are found where they are looked for first, and yet no
 * pair of buckets fills up: none in 27 million keys put into tables full to the last port. Nothing
 * ever moves. A table is at most half full, so that both buckets are full only with
 * negligible probability. A slot is named by its number in all tables together.
 *
 * Abstractly, `entries` maps (table, key) to (value, slot). Invariant: at most one slot of a
 * table's buckets holds a key, and it lies in one of that key's two buckets.
 */
import { ENDPOINTS, SETTINGS } from "../layout";
import { BUCKET_SLOTS, ENDPOINT_BUCKETS } from "../limits";
import * as hash from "./hash";
import { K0, K1 } from "./seed";

/** No value, and no slot. */
export const NONE: u32 = 0;
export const NO_SLOT: u32 = 0xffffffff;

/** Slots of a table. */
const SLOTS: u32 = ENDPOINT_BUCKETS * BUCKET_SLOTS;

/** A first bucket with fewer keys than this takes another, whatever the second one holds. */
const ROOMY: u32 = 5;

/**
 * The value of `key`, or NONE.
 *
 * requires  table < PROTOCOLS, key < 2^48
 * ensures   result == NONE <=> (table, key) is not in entries
 * ensures   result != NONE  => result == value of entries(table, key)
 * modifies  nothing
 * cost      two buckets
 */
export function find(table: u32, key: u64): u32 {
  const h = hashOf(table, key);
  const value = valueIn(firstBucket(table, h), key << 16);
  if (value != NONE) return value;
  return valueIn(secondBucket(table, h), key << 16);
}

/**
 * The same as `find`, and faster if `value` is the value and `slot` the slot of the key; both may be
 * any numbers.
 *
 * requires  table < PROTOCOLS, key < 2^48, value < 2^16
 * ensures   result == find(table, key)
 * modifies  nothing
 * cost      a slot; two buckets more where the guess is wrong
 */
export function recall(table: u32, key: u64, slot: u32, value: u32): u32 {
  const guessed = table * SLOTS + (slot & (SLOTS - 1));
  if (value != NONE && load<u64>(at(guessed)) == ((key << 16) | value)) return value;
  return find(table, key);
}

/**
 * An empty slot where `key` may be put, or NO_SLOT if both its buckets are full.
 *
 * requires  table < PROTOCOLS, 0 < key < 2^48
 * ensures   result != NO_SLOT => the slot is empty and lies in a bucket of (table, key)
 * ensures   result == NO_SLOT => no such slot is empty
 * modifies  nothing
 * cost      two buckets
 */
export function place(table: u32, key: u64): u32 {
  const h = hashOf(table, key);
  const first = firstBucket(table, h);
  const second = secondBucket(table, h);
  const used = occupancy(first);
  const others = occupancy(second);
  const bucket = select(first, second, used < ROOMY || used <= others);
  if (min(used, others) == BUCKET_SLOTS) return NO_SLOT;
  return <u32>((bucket - ENDPOINTS) >> 3) + firstEmpty(bucket);
}

/**
 * Puts `key` with `value` into `slot`.
 *
 * requires  slot == place(table, key) for the table of the slot, key not in entries, 0 < value < 2^16
 * ensures   entries == old(entries) and (table, key) -> (value, slot)
 * modifies  the slot
 */
export function put(slot: u32, key: u64, value: u32): void {
  store<u64>(at(slot), (key << 16) | value);
}

/**
 * Empties `slot`.
 *
 * requires  the slot holds a key
 * ensures   entries == old(entries) without that key
 * modifies  the slot
 */
export function clear(slot: u32): void {
  store<u64>(at(slot), 0);
}

/** The key in `slot`. Requires that it holds one. */
export function keyAt(slot: u32): u64 {
  return load<u64>(at(slot)) >> 16;
}

function at(slot: u32): usize {
  return ENDPOINTS + ((<usize>slot) << 3);
}

function hashOf(table: u32, key: u64): u64 {
  return hash.digest(key | ((<u64>table) << 48), load<u64>(SETTINGS, K0), load<u64>(SETTINGS, K1));
}

function firstBucket(table: u32, h: u64): usize {
  return bucketAt(table, <u32>h);
}

function secondBucket(table: u32, h: u64): usize {
  return bucketAt(table, <u32>(h >> 32));
}

function bucketAt(table: u32, index: u32): usize {
  return ENDPOINTS + ((<usize>(table * ENDPOINT_BUCKETS + (index & (ENDPOINT_BUCKETS - 1)))) << 6);
}

/**
 * The value of the slot whose key is `wanted >> 16`, or NONE. Only that slot differs from `wanted`
 * in its value alone: the difference is then the value, and the least of all.
 */
function valueIn(bucket: usize, wanted: u64): u32 {
  const left = min(
    min(load<u64>(bucket, 0) ^ wanted, load<u64>(bucket, 8) ^ wanted),
    min(load<u64>(bucket, 16) ^ wanted, load<u64>(bucket, 24) ^ wanted),
  );
  const right = min(
    min(load<u64>(bucket, 32) ^ wanted, load<u64>(bucket, 40) ^ wanted),
    min(load<u64>(bucket, 48) ^ wanted, load<u64>(bucket, 56) ^ wanted),
  );
  const least = min(left, right);
  return select<u32>(<u32>least, NONE, least < 0x10000);
}

function occupancy(bucket: usize): u32 {
  let used: u32 = 0;
  for (let i: u32 = 0; i < BUCKET_SLOTS; i++) used += u32(load<u64>(bucket + (i << 3)) != 0);
  return used;
}

function firstEmpty(bucket: usize): u32 {
  let empty: u32 = 0;
  for (let i: u32 = BUCKET_SLOTS; i > 0; i--) {
    empty = select(i - 1, empty, load<u64>(bucket + ((i - 1) << 3)) == 0);
  }
  return empty;
}
