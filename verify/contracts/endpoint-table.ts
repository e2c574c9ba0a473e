/**
 * Endpoint tables. Ghosts: `entries`, the finite map that the tables stand for, from a table and a
 * key (table << 48 | key) to a value, 0 for none; and `where`, the slot that an entry is in.
 */
import { concat, extract, zeroExtend } from "../terms/bits.ts";
import { eq } from "../terms/comparisons.ts";
import { all, any, implies } from "../terms/logic.ts";
import { TRUE, constant, type Term } from "../terms/term.ts";
import type { Law, State } from "../symbolic/path.ts";
import { type Contract, fact } from "./contract.ts";
import { SLOTS } from "./layout.ts";
import { below, bucketsOf, digest, isNot, isZero, u32 } from "./words.ts";

export const NO_SLOT = u32(0xffffffff);
/** A slot's table, 16 bits. */
export function tableOf(slot: Term): Term {
  return zeroExtend(extract(slot, 31, 17), 16);
}

/** Table and key of what is in a slot. */
export function keyIn(state: State, slot: Term): Term {
  return concat(tableOf(slot), extract(state.table("endpoint").read(slot), 63, 16));
}

export function valueIn(state: State, slot: Term): Term {
  return extract(state.table("endpoint").read(slot), 15, 0);
}

export function isFull(state: State, slot: Term): Term {
  return isNot(state.table("endpoint").read(slot), constant(0, 64));
}

export function entry(state: State, key: Term): Term {
  return state.table("entries").read(key);
}

/** Whether a slot is one where a key may stand. */
export function mayHold(state: State, slot: Term, key: Term): Term {
  const [first, second] = bucketsOf(digest(state, key));
  const bucket = extract(slot, 16, 3);
  const isOfTable = all(below(slot, SLOTS), eq(tableOf(slot), extract(key, 63, 48)));
  return all(isOfTable, any(eq(bucket, first), eq(bucket, second)));
}

export function laws(state: State): Law[] {
  return [
    {
      name: "endpoints: what is in a slot is the entry of its key",
      over: ["slot"],
      says: (slot) => {
        const key = keyIn(state, slot);
        const value = valueIn(state, slot);
        const says = all(
          isNot(value, constant(0, 16)),
          isNot(extract(key, 47, 0), constant(0, 48)),
          eq(entry(state, key), value),
          eq(state.table("where").read(key), slot),
        );
        return implies(all(below(slot, SLOTS), isFull(state, slot)), says);
      },
    },
    {
      name: "endpoints: an entry is in a slot of its buckets",
      over: ["key"],
      says: (key) => {
        const slot = state.table("where").read(key);
        const held = concat(extract(key, 47, 0), entry(state, key));
        return implies(
          isNot(entry(state, key), constant(0, 16)),
          all(mayHold(state, slot, key), eq(state.table("endpoint").read(slot), held)),
        );
      },
    },
  ];
}

const TABLE_AND_KEY = [
  { name: "table", width: 32 },
  { name: "key", width: 64 },
];

/** The key that a table and a key of it are, as arguments. */
export function keyOf([table, key]: Term[]): Term {
  return concat(extract(table!, 15, 0), extract(key!, 47, 0));
}

/** The slots where a key may stand. */
function slotsOf(state: State, key: Term): Term[] {
  return bucketsOf(digest(state, key)).flatMap((bucket) =>
    Array.from({ length: 8 }, (_, i) =>
      zeroExtend(concat(extract(key, 49, 48), bucket, constant(i, 3)), 32),
    ),
  );
}

function requiresKey([table, key]: Term[]): Term {
  return all(below(table!, 3), below(key!, 1n << 48n));
}

export const find: Contract = {
  name: "structs/endpoint-table/find",
  params: TABLE_AND_KEY,
  result: 32,
  chooses: {},
  laws,
  requires: (_before, args) => [{ name: "a table and a key", says: requiresKey(args) }],
  cases: [
    {
      name: "looked up",
      applies: () => TRUE,
      modifies: [],
      effect: ({ before }) => before,
      gives: ({ before, args }) => zeroExtend(entry(before, keyOf(args)), 32),
      ensures: () => [],
      splits: ({ before, args }) => {
        const key = keyOf(args);
        const where = before.table("where").read(key);
        const isNone = isZero(entry(before, key));
        return [isNone, ...slotsOf(before, key).map((slot) => eq(where, slot))];
      },
    },
  ],
};

/** The same, whatever the guess. */
export const recall: Contract = {
  ...find,
  name: "structs/endpoint-table/recall",
  params: [...TABLE_AND_KEY, { name: "slot", width: 32 }, { name: "value", width: 32 }],
  requires: (_before, args) => [
    { name: "a table and a key", says: requiresKey(args) },
    { name: "16 bits of value", says: below(args[3]!, 1 << 16) },
  ],
};

export const place: Contract = {
  name: "structs/endpoint-table/place",
  params: TABLE_AND_KEY,
  result: 32,
  chooses: {},
  laws,
  requires: (_before, args) => [{ name: "a table and a key", says: requiresKey(args) }],
  cases: [
    {
      name: "a slot",
      applies: (result) => isNot(result, NO_SLOT),
      modifies: [],
      effect: ({ before }) => before,
      ensures: ({ before, args, result }) => [
        fact(
          "the slot is empty and the key may stand there",
          all(mayHold(before, result, keyOf(args)), isZero(before.table("endpoint").read(result))),
        ),
      ],
    },
    {
      name: "no slot",
      applies: (result) => eq(result, NO_SLOT),
      modifies: [],
      effect: ({ before }) => before,
      ensures: ({ before, args }) => [
        {
          name: "no slot where the key may stand is empty",
          over: ["slot"],
          says: (slot) => implies(mayHold(before, slot, keyOf(args)), isFull(before, slot)),
        },
      ],
    },
  ],
};

export const put: Contract = {
  name: "structs/endpoint-table/put",
  params: [
    { name: "slot", width: 32 },
    { name: "key", width: 64 },
    { name: "value", width: 32 },
  ],
  result: 0,
  chooses: {},
  laws,
  requires: (before, [slot, key, value]) => {
    const whole = concat(tableOf(slot!), extract(key!, 47, 0));
    return [
      { name: "a key", says: all(below(key!, 1n << 48n), isNot(key!, constant(0, 64))) },
      { name: "a value", says: all(below(value!, 1n << 16n), isNot(value!, u32(0))) },
      { name: "a slot where the key may stand", says: mayHold(before, slot!, whole) },
      { name: "which is empty", says: isZero(before.table("endpoint").read(slot!)) },
      { name: "the key has no entry", says: isZero(entry(before, whole)) },
    ];
  },
  cases: [
    {
      name: "put",
      applies: () => TRUE,
      modifies: [],
      effect: ({ args: [slot, key, value], after }) => {
        const whole = concat(tableOf(slot!), extract(key!, 47, 0));
        const short = extract(value!, 15, 0);
        const held = concat(extract(key!, 47, 0), short);
        return after.with(
          after.table("endpoint").write(slot!, held),
          after.table("entries").write(whole, short),
          after.table("where").write(whole, slot!),
        );
      },
      ensures: () => [],
    },
  ],
};

export const clear: Contract = {
  name: "structs/endpoint-table/clear",
  params: [{ name: "slot", width: 32 }],
  result: 0,
  chooses: {},
  laws,
  requires: (before, [slot]) => [
    { name: "a slot that is full", says: all(below(slot!, SLOTS), isFull(before, slot!)) },
  ],
  cases: [
    {
      name: "cleared",
      applies: () => TRUE,
      modifies: [],
      effect: ({ args: [slot], before, after }) =>
        after.with(
          after.table("endpoint").write(slot!, constant(0, 64)),
          after.table("entries").write(keyIn(before, slot!), constant(0, 16)),
        ),
      ensures: () => [],
    },
  ],
};
