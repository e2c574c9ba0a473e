import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Core, freshCore, K0, K1 } from "../support/core.ts";
import { Draw } from "../support/random.ts";

const SEED = 48;
const NONE = 0;
const NO_SLOT = 0xffffffff;
const TABLES = [0, 1, 2];
const SLOTS = 8;
const ROOMY = 5;
const BUCKETS = 1 << 14;
const PORTS_IN_USE = 64_512;
const KEY = 0x0a000002_1388n;

const endpointTable = suite<{ core: Core }>("endpoint table");

endpointTable.before.each((context) => {
  context.core = freshCore();
});

endpointTable("finds the value that was put, and none for another key", ({ core }) => {
  put(core, 1, KEY, 5000);

  assert.is(core.endpointFind(1, KEY), 5000);
  assert.is(core.endpointFind(1, KEY + 1n), NONE);
  assert.is(core.endpointFind(1, KEY ^ (1n << 47n)), NONE);
});

endpointTable("is empty as zeroed memory", ({ core }) => {
  for (const key of [1n, KEY, (1n << 48n) - 1n]) {
    for (const table of TABLES) assert.is(core.endpointFind(table, key), NONE);
  }
});

endpointTable("keeps the least and the greatest keys and values apart", ({ core }) => {
  const keys = [1n, 2n, 1n << 47n, (1n << 48n) - 1n];
  const values = [1, 0xffff, 0x8000, 0x00ff];
  keys.forEach((key, index) => put(core, 0, key, values[index]!));

  keys.forEach((key, index) => assert.is(core.endpointFind(0, key), values[index]));
});

endpointTable("keeps one key in three tables apart", ({ core }) => {
  for (const table of TABLES) put(core, table, KEY, table + 1);

  for (const table of TABLES) assert.is(core.endpointFind(table, KEY), table + 1);
});

endpointTable("forgets a key whose slot is cleared, in that table only", ({ core }) => {
  const slots = TABLES.map((table) => put(core, table, KEY, 7));
  core.endpointClear(slots[1]!);

  assert.equal(
    TABLES.map((table) => core.endpointFind(table, KEY)),
    [7, NONE, 7],
  );
});

endpointTable("tells the key in a slot", ({ core }) => {
  const slot = put(core, 2, KEY, 0xffff);

  assert.is(core.endpointKeyAt(slot), KEY);
});

endpointTable("changes one slot and nothing else when it puts, and undoes it", ({ core }) => {
  const before = core.octets.slice();
  const slot = put(core, 1, KEY, 5000);
  const at = core.start("ENDPOINTS") + slot * 8;
  const expected = before.slice();
  new DataView(expected.buffer).setBigUint64(at, (KEY << 16n) | 5000n, true);
  assert.is(Buffer.compare(core.octets, expected), 0);

  core.endpointClear(slot);
  assert.is(Buffer.compare(core.octets, before), 0);
});

endpointTable("places a key in its first bucket while that holds fewer than 5", ({ core }) => {
  const [first] = bucketsOf(core, 0, KEY);
  fill(core, 0, first, ROOMY - 1);
  assert.is(bucketOf(place(core, 0, KEY)), first);
});

endpointTable(
  "places a key in the emptier of its buckets when the first has 5 or more",
  ({ core }) => {
    const [first, second] = bucketsOf(core, 0, KEY);
    fill(core, 0, first, ROOMY);
    fill(core, 0, second, ROOMY - 1);
    assert.is(bucketOf(place(core, 0, KEY)), second);
    fill(core, 0, second, ROOMY + 1);
    assert.is(bucketOf(place(core, 0, KEY)), first);
  },
);

endpointTable(
  "has no slot for a key when both its buckets are full, and not before",
  ({ core }) => {
    const [first, second] = bucketsOf(core, 0, KEY);
    fill(core, 0, first, SLOTS);
    const slots = fill(core, 0, second, SLOTS);
    assert.is(place(core, 0, KEY), NO_SLOT);
    assert.is(core.endpointFind(0, KEY), NONE);

    for (const slot of slots) {
      const [key, value] = [
        core.endpointKeyAt(slot),
        core.endpointFind(0, core.endpointKeyAt(slot)),
      ];
      core.endpointClear(slot);
      assert.is(place(core, 0, KEY), slot);
      core.endpointPut(slot, key, value);
    }
  },
);

endpointTable("finds each of the sixteen keys of two full buckets", ({ core }) => {
  const [first, second] = bucketsOf(core, 0, KEY);
  const slots = [...fill(core, 0, first, SLOTS), ...fill(core, 0, second, SLOTS)];

  for (const slot of slots) {
    assert.is(core.endpointFind(0, core.endpointKeyAt(slot)), valueAt(core, slot));
  }
});

endpointTable("serves a key whose two buckets are one", ({ core }) => {
  const key = keyWhere((each) => bucketsOf(core, 0, each)[0] === bucketsOf(core, 0, each)[1]);
  const [bucket] = bucketsOf(core, 0, key);
  fill(core, 0, bucket, SLOTS - 1, key);
  put(core, 0, key, 9);

  assert.is(core.endpointFind(0, key), 9);
  assert.is(place(core, 0, key), NO_SLOT);
});

endpointTable("takes a mapping for every port above 1023 in each table at once", ({ core }) => {
  const draw = Draw.seeded(SEED);
  for (const table of TABLES) {
    const keys = new Set<bigint>();
    // One host with all its ports, many hosts with one port, and anything.
    while (keys.size < 20_000) keys.add((0x0200000an << 16n) | BigInt(keys.size));
    while (keys.size < 40_000) keys.add((BigInt(keys.size) << 32n) | 0x0a00_8813n);
    while (keys.size < PORTS_IN_USE) keys.add(randomKey(draw));
    let value = 1023;
    for (const key of keys) put(core, table, key, ++value);

    value = 1023;
    for (const key of keys) assert.is(core.endpointFind(table, key), ++value);
  }
});

endpointTable("is a finite map, whatever is put and cleared", ({ core }) => {
  const draw = Draw.seeded(SEED);
  const keys = Array.from({ length: 300 }, () => randomKey(draw));
  const expected = TABLES.map(() => new Map<bigint, { value: number; slot: number }>());
  for (let step = 0; step < 60_000; step++) {
    const table = draw.pick(TABLES);
    const key = draw.pick(keys);
    const entry = expected[table]!.get(key);
    assert.is(core.endpointFind(table, key), entry?.value ?? NONE, `seed ${SEED}, step ${step}`);
    if (entry) {
      core.endpointClear(entry.slot);
      expected[table]!.delete(key);
    } else {
      const value = draw.between(1, 0xffff);
      expected[table]!.set(key, { value, slot: put(core, table, key, value) });
    }
  }
});

endpointTable.run();

/** Puts a new key, checks that its slot is empty and in the right bucket, and returns the slot. */
function put(core: Core, table: number, key: bigint, value: number): number {
  const slot = place(core, table, key);
  const [first, second] = bucketsOf(core, table, key);
  const used = occupancy(core, first);
  const isFirst = used < ROOMY || used <= occupancy(core, second);
  assert.is(valueAt(core, slot), NONE, `slot ${slot} is not empty`);
  assert.is(bucketOf(slot), isFirst ? first : second, `slot ${slot} is astray`);
  core.endpointPut(slot, key, value);
  return slot;
}

/** Puts `count` keys into a bucket that is one of their own, though perhaps the fuller one. */
function fill(core: Core, table: number, bucket: number, count: number, but = KEY): number[] {
  const slots: number[] = [];
  let key = but;
  for (let slot = bucket * SLOTS; slots.length < count; slot++) {
    key = keyWhere((each) => bucketsOf(core, table, each).includes(bucket), key + 1n);
    core.endpointPut(slot, key, slots.length + 1);
    slots.push(slot);
  }
  return slots;
}

function place(core: Core, table: number, key: bigint): number {
  return core.endpointPlace(table, key) >>> 0;
}

/** The numbers of a key's buckets, counted through all tables. */
function bucketsOf(core: Core, table: number, key: bigint): [number, number] {
  const digest = core.digest((BigInt(table) << 48n) | key, K0, K1);
  const [low, high] = [Number(digest & 0x3fffn), Number((digest >> 32n) & 0x3fffn)];
  return [table * BUCKETS + low, table * BUCKETS + high];
}

function bucketOf(slot: number): number {
  return Math.floor(slot / SLOTS);
}

function occupancy(core: Core, bucket: number): number {
  const slots = Array.from({ length: SLOTS }, (_, index) => bucket * SLOTS + index);
  return slots.filter((slot) => valueAt(core, slot) !== NONE).length;
}

function valueAt(core: Core, slot: number): number {
  return core.view.getUint16(core.start("ENDPOINTS") + slot * 8, true);
}

function keyWhere(holds: (key: bigint) => boolean, from = 1n): bigint {
  let key = from;
  while (!holds(key)) key += 1n;
  return key;
}

function randomKey(draw: Draw): bigint {
  return (BigInt(draw.word()) << 16n) | BigInt(draw.between(1, 0xffff));
}
