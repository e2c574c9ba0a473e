/**
 * The endpoint table over AssemblyScript's own `Map`, in place of structs/endpoint-table.ts: the
 * same NAT as one would write it without a proof in mind. It is a rival to measure against, and
 * never ships.
 */
import { PORTS } from "../limits";

export const NONE: u32 = 0;
export const NO_SLOT: u32 = 0xffffffff;

/** The entries of one protocol. A slot only names an entry: its number, after the table's first. */
class Table {
  values: Map<u64, u32> = new Map<u64, u32>();
  keys: StaticArray<u64> = new StaticArray<u64>(PORTS);
  freed: Array<u32> = new Array<u32>();
  unused: u32 = 0;
}

const tables: StaticArray<Table> = [new Table(), new Table(), new Table()];

export function find(table: u32, key: u64): u32 {
  const values = tables[table].values;
  return values.has(key) ? values.get(key) : NONE;
}

/** Nobody has looked ahead: see ahead.ts in this folder. */
export function recall(table: u32, key: u64, slot: u32, value: u32): u32 {
  return find(table, key);
}

export function place(table: u32, key: u64): u32 {
  const freed = tables[table].freed;
  const unused = tables[table].unused;
  const number = freed.length > 0 ? freed[freed.length - 1] : unused;
  return number < PORTS ? table * PORTS + number : NO_SLOT;
}

export function put(slot: u32, key: u64, value: u32): void {
  const table = tables[slot / PORTS];
  if (table.freed.length > 0) table.freed.pop();
  else table.unused++;
  table.keys[slot % PORTS] = key;
  table.values.set(key, value);
}

export function clear(slot: u32): void {
  const table = tables[slot / PORTS];
  table.values.delete(table.keys[slot % PORTS]);
  table.freed.push(slot % PORTS);
}

export function keyAt(slot: u32): u64 {
  return tables[slot / PORTS].keys[slot % PORTS];
}
