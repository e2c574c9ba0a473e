/** The session table over AssemblyScript's own `Map`: see endpoint-table.ts in this folder. */
import { SESSION_SLOTS } from "../layout";

export const NEVER: u64 = 0;

const stamps = new Map<u64, u64>();

/** One more than the stamp of `key`, or NEVER. */
export function find(key: u64): u64 {
  return stamps.has(key) ? stamps.get(key) + 1 : NEVER;
}

/** Stamps `key`; false when the table is full, as nothing here is reclaimed. */
export function put(key: u64, stamp: u64, now: u64): bool {
  if (!stamps.has(key) && <u32>stamps.size >= SESSION_SLOTS) return false;
  stamps.set(key, min(stamp, now));
  return true;
}
