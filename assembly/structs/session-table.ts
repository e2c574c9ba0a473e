/**
 * A finite map from a 50-bit key to the time of its last use. A key belongs to the class in its top
 * bits, `key >> CLASS_SHIFT`; an entry as old as the age limit of its class counts as gone, and its
 * slot is reused in place. Never is a younger entry put out.
 *
 *     slot    u64 key (0 = empty) | u64 stamp, milliseconds
 *
 * A key stands in one of the two buckets that its hash names.
 *
 * Abstractly, `stamps` maps a key to its stamp. Invariant: at most one slot holds a key.
 */
import { AGES, SESSIONS, SETTINGS } from "../layout";
import { BUCKET_SLOTS, SESSION_BUCKETS } from "../limits";
import * as hash from "./hash";
import { K0, K1 } from "./seed";

/** No stamp. */
export const NEVER: u64 = 0;

/** A key's class: UDP, ICMP or TCP, whose age limit is that of established connections. */
const CLASS_SHIFT: u64 = 48;

/** Sets the hashes of sessions apart from those of endpoints. */
const DOMAIN: u64 = 1 << 62;
const SLOT: u32 = 16;
const STAMP: usize = 8;
const NO_SLOT: usize = 0;

/**
 * One more than the stamp of `key`, or NEVER.
 *
 * requires  key != 0
 * ensures   result == NEVER <=> key is not in stamps
 * ensures   result != NEVER  => result - 1 == stamps(key)
 * modifies  nothing
 * cost      two buckets
 */
export function find(key: u64): u64 {
  const h = hashOf(key);
  return stampIn(bucketAt(<u32>h), key) | stampIn(bucketAt(<u32>(h >> 32)), key);
}

/**
 * Stamps `key`; false, and nothing done, if both its buckets are full of other keys that are young.
 *
 * requires  key != 0, every stamp <= now
 * ensures   result  => stamps == old(stamps) and key -> stamp, less at most one key past its age limit
 * ensures   !result => stamps == old(stamps), and key is not in it
 * modifies  one slot
 * cost      two buckets
 */
export function put(key: u64, stamp: u64, now: u64): bool {
  const h = hashOf(key);
  const first = bucketAt(<u32>h);
  const second = bucketAt(<u32>(h >> 32));
  let slot = slotOf(first, key);
  if (slot == NO_SLOT) slot = slotOf(second, key);
  if (slot == NO_SLOT) {
    const roomier = roomIn(first, now) >= roomIn(second, now);
    slot = reusable(select(first, second, roomier), now);
  }
  if (slot == NO_SLOT) return false;
  store<u64>(slot, key);
  store<u64>(slot, stamp, STAMP);
  return true;
}

function hashOf(key: u64): u64 {
  return hash.digest(key | DOMAIN, load<u64>(SETTINGS, K0), load<u64>(SETTINGS, K1));
}

function bucketAt(index: u32): usize {
  return SESSIONS + <usize>(index & (SESSION_BUCKETS - 1)) * BUCKET_SLOTS * SLOT;
}

/** One more than the stamp of `key` in this bucket, or NEVER. */
function stampIn(bucket: usize, key: u64): u64 {
  let found: u64 = NEVER;
  for (let i: u32 = 0; i < BUCKET_SLOTS; i++) {
    const slot = bucket + i * SLOT;
    found |= select<u64>(load<u64>(slot, STAMP) + 1, NEVER, load<u64>(slot) == key);
  }
  return found;
}

function slotOf(bucket: usize, key: u64): usize {
  let found = NO_SLOT;
  for (let i: u32 = 0; i < BUCKET_SLOTS; i++) {
    const slot = bucket + i * SLOT;
    found = select(slot, found, load<u64>(slot) == key);
  }
  return found;
}

function roomIn(bucket: usize, now: u64): u32 {
  let room: u32 = 0;
  for (let i: u32 = 0; i < BUCKET_SLOTS; i++) room += u32(isReusable(bucket + i * SLOT, now));
  return room;
}

function reusable(bucket: usize, now: u64): usize {
  let found = NO_SLOT;
  for (let i: u32 = 0; i < BUCKET_SLOTS; i++) {
    const slot = bucket + i * SLOT;
    found = select(slot, found, isReusable(slot, now));
  }
  return found;
}

function isReusable(slot: usize, now: u64): bool {
  const key = load<u64>(slot);
  return key == 0 || now - load<u64>(slot, STAMP) >= ageLimit(key);
}

/** The classes are the rings, but for TCP: its entries may belong to an established connection. */
function ageLimit(key: u64): u64 {
  const protocol = (<u32>(key >> CLASS_SHIFT)) & 3;
  return load<u32>(AGES + ((protocol + (protocol >> 1)) << 2));
}
