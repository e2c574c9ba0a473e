import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Core, freshCore, K0, K1 } from "../support/core.ts";
import { Draw } from "../support/random.ts";

const SEED = 50;
const NEVER = 0n;
const SLOTS = 8;
const TABLE = 131_072;
const DOMAIN = 1n << 62n;
const UDP = 0;
const CLASSES = [
  { name: "UDP", number: 0, limit: 5000n },
  { name: "ICMP", number: 1, limit: 3000n },
  { name: "TCP", number: 2, limit: 20_000n },
];
/** Milliseconds, as in AGES: UDP, ICMP, TCP transitory, TCP established. */
const AGES = [5000, 3000, 4000, 20_000];

const sessionTable = suite<{ core: Core }>("session table");

sessionTable.before.each((context) => {
  context.core = freshCore();
  AGES.forEach((age, ring) => {
    context.core.view.setUint32(context.core.start("AGES") + ring * 4, age, true);
  });
});

sessionTable(
  "finds one more than the stamp that was put, and never for another key",
  ({ core }) => {
    assert.ok(core.sessionPut(keyOf(UDP, 1), 0n, 0n));
    assert.ok(core.sessionPut(keyOf(UDP, 2), 7n, 9n));

    assert.is(core.sessionFind(keyOf(UDP, 1)), 1n);
    assert.is(core.sessionFind(keyOf(UDP, 2)), 8n);
    assert.is(core.sessionFind(keyOf(UDP, 3)), NEVER);
    assert.is(core.sessionFind(keyOf(1, 1)), NEVER);
  },
);

sessionTable(
  "overwrites the stamp of a key it has, be the new one later or earlier",
  ({ core }) => {
    const key = keyOf(UDP, 1);
    for (const stamp of [100n, 300n, 200n]) {
      assert.ok(core.sessionPut(key, stamp, 300n));
      assert.is(core.sessionFind(key), stamp + 1n);
    }
    assert.is(entries(core).size, 1);
  },
);

sessionTable("overwrites in place when both buckets are full of young keys", ({ core }) => {
  const { key, others } = crowded(core, UDP, 100n);
  const own = others[11]!;

  assert.ok(core.sessionPut(own, 150n, 200n));
  assert.is(core.sessionFind(own), 151n);
  assert.is(entries(core).size, 2 * SLOTS);
  assert.is(core.sessionFind(key), NEVER);
});

sessionTable("stamps to the end of time", ({ core }) => {
  const end = (1n << 42n) - 1n;
  assert.ok(core.sessionPut(keyOf(UDP, 1), end, end));
  assert.is(core.sessionFind(keyOf(UDP, 1)), end + 1n);
});

for (const { name, number, limit } of CLASSES) {
  sessionTable(`refuses a key while its buckets are full of young ${name} keys`, ({ core }) => {
    const { key, others } = crowded(core, number, 100n);
    const before = core.octets.slice();

    assert.not(core.sessionPut(key, 100n + limit - 1n, 100n + limit - 1n));
    assert.is(Buffer.compare(core.octets, before), 0);
    for (const other of others) assert.is(core.sessionFind(other), 101n);
  });

  sessionTable(
    `reuses the slot of one ${name} key at its age limit, and of no other`,
    ({ core }) => {
      const { key, others } = crowded(core, number, 100n);
      const now = 100n + limit;

      assert.ok(core.sessionPut(key, now, now));
      assert.is(core.sessionFind(key), now + 1n);
      assert.is(others.filter((other) => core.sessionFind(other) === NEVER).length, 1);
    },
  );
}

sessionTable("reuses the one slot of an old key among young ones, in either bucket", ({ core }) => {
  for (let index = 0; index < 2 * SLOTS; index++) {
    const { key, others } = crowded(core, UDP, 6000n);
    core.sessionPut(others[index]!, 1000n, 6000n);

    assert.ok(core.sessionPut(key, 6000n, 6000n));
    const gone = others.filter((other) => core.sessionFind(other) === NEVER);
    assert.equal(gone, [others[index]]);
  }
});

sessionTable("puts a key into the roomier of its buckets", ({ core }) => {
  const { key, others } = crowded(core, UDP, 6000n);
  // One old key in the first bucket, two in the second.
  for (const index of [3, 9, 14]) core.sessionPut(others[index]!, 0n, 6000n);

  assert.ok(core.sessionPut(key, 6000n, 6000n));
  assert.is(core.sessionFind(others[3]!), 1n);
});

sessionTable("serves a key whose two buckets are one", ({ core }) => {
  let address = 1;
  while (new Set(bucketsOf(core, keyOf(UDP, address))).size === 2) address++;
  const key = keyOf(UDP, address);

  assert.ok(core.sessionPut(key, 5n, 5n));
  assert.is(core.sessionFind(key), 6n);
  assert.is(entries(core).size, 1);
});

sessionTable("never puts out a young key, however full it is", ({ core }) => {
  const now = 10_000n;
  const accepted: bigint[] = [];
  for (let address = 1; address < 150_000; address++) {
    const key = keyOf(address % 3, address);
    if (core.sessionPut(key, now, now)) accepted.push(key);
  }

  for (const key of accepted) assert.is(core.sessionFind(key), now + 1n);
  assert.is(entries(core).size, accepted.length);
  assert.ok(accepted.length > 0.9 * TABLE, `only ${accepted.length} keys were accepted`);
});

sessionTable("is a finite map whose entries vanish only once they are old", ({ core }) => {
  const draw = Draw.seeded(SEED);
  const keys = Array.from({ length: 500 }, (_, n) => keyOf(n % 3, draw.word()));
  const expected = new Map<bigint, bigint>();
  let now = 0n;
  for (let step = 0; step < 60_000; step++) {
    now += BigInt(draw.below(20));
    const key = draw.pick(keys);
    const stamp = now - BigInt(draw.below(Math.min(Number(now) + 1, 30_000)));
    assert.ok(core.sessionPut(key, stamp, now), `seed ${SEED}, step ${step}`);
    expected.set(key, stamp);
    const other = draw.pick(keys);
    const known = expected.get(other);
    const found = core.sessionFind(other);
    if (known === undefined) assert.is(found, NEVER, `seed ${SEED}, step ${step}`);
    else if (found !== NEVER || isYoung(other, known, now)) {
      assert.is(found, known + 1n, `seed ${SEED}, step ${step}`);
    } else expected.delete(other);
  }
});

sessionTable.run();

/** A key in no table, whose two buckets are full of others of one class stamped `stamp`. */
function crowded(core: Core, number: number, stamp: bigint): { key: bigint; others: bigint[] } {
  const key = keyOf(number, 1);
  const buckets = bucketsOf(core, key);
  const others: bigint[] = [];
  let address = 2;
  for (let index = 0; index < 2 * SLOTS; index++) {
    const bucket = buckets[index < SLOTS ? 0 : 1]!;
    while (!bucketsOf(core, keyOf(number, address)).includes(bucket)) address++;
    const other = keyOf(number, address++);
    const at = core.start("SESSIONS") + (bucket * SLOTS + (index % SLOTS)) * 16;
    core.view.setBigUint64(at, other, true);
    core.view.setBigUint64(at + 8, stamp, true);
    others.push(other);
  }
  return { key, others };
}

/** Every key in the table with its stamp. */
function entries(core: Core): Map<bigint, bigint> {
  const found = new Map<bigint, bigint>();
  for (let slot = 0; slot < TABLE; slot++) {
    const at = core.start("SESSIONS") + slot * 16;
    const key = core.view.getBigUint64(at, true);
    if (key === 0n) continue;
    assert.not(found.has(key), `key ${key} stands twice`);
    found.set(key, core.view.getBigUint64(at + 8, true));
  }
  return found;
}

function keyOf(number: number, address: number): bigint {
  return (BigInt(number) << 48n) | (5000n << 32n) | BigInt(address);
}

function bucketsOf(core: Core, key: bigint): [number, number] {
  const digest = core.digest(key | DOMAIN, K0, K1);
  return [Number(digest & 0x3fffn), Number((digest >> 32n) & 0x3fffn)];
}

function isYoung(key: bigint, stamp: bigint, now: bigint): boolean {
  return now - stamp < CLASSES[Number(key >> 48n)]!.limit;
}
