import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Core, freshCore } from "../support/core.ts";
import { Draw } from "../support/random.ts";

const SEED = 6056;
const NONE = 0xffffffff;
const LABELS = 65536;
const POOLS = 12;

const indexPool = suite<{ core: Core; draw: Draw }>("index pool");

indexPool.before.each((context) => {
  context.core = freshCore();
  context.draw = Draw.seeded(SEED);
});

indexPool("hands out every label once, then says there is none", ({ core, draw }) => {
  core.poolFill(0, 0, LABELS);
  const taken = new Set(drained(core, 0, draw));

  assert.is(taken.size, LABELS);
  assert.is(take(core, 0, draw.word()), NONE);
});

indexPool("hands out the labels from its start to its end, less the last", ({ core, draw }) => {
  core.poolFill(3, 60_000, 60_010);

  assert.equal(ascending(drained(core, 3, draw)), range(60_000, 60_010));
});

indexPool("is empty when its end is not after its start", ({ core }) => {
  for (const [start, end] of [
    [10, 10],
    [10, 5],
    [0, 0],
    [LABELS, LABELS],
  ] as const) {
    core.poolFill(0, start, end);
    assert.is(take(core, 0, 0), NONE);
    assert.is(take(core, 0, 0xffffffff), NONE);
  }
});

indexPool("takes its first free label for random 0 and its last for the greatest", ({ core }) => {
  core.poolFill(0, 100, 200);

  assert.is(take(core, 0, 0), 100);
  assert.is(take(core, 0, 0xffffffff), 199);
});

indexPool("hands out again what was given back, and that only", ({ core, draw }) => {
  core.poolFill(0, 0, 1000);
  drained(core, 0, draw);
  for (const label of [0, 999, 500]) core.poolGive(0, label);

  assert.equal(ascending(drained(core, 0, draw)), [0, 500, 999]);
});

indexPool("chooses each free label as often as any other", ({ core, draw }) => {
  core.poolFill(0, 32, 48);
  const counts = new Map<number, number>();
  for (let round = 0; round < 16_000; round++) {
    const label = take(core, 0, draw.word());
    counts.set(label, (counts.get(label) ?? 0) + 1);
    core.poolGive(0, label);
  }

  assert.is(counts.size, 16);
  // 15 degrees of freedom: above 44 once in 10,000 seeds.
  assert.ok(chiSquare([...counts.values()], 1000) < 44, `seed ${SEED}: ${[...counts.values()]}`);
});

indexPool("chooses each pair of labels as often as any other", ({ core, draw }) => {
  core.poolFill(0, 0, 5);
  const counts = new Map<string, number>();
  for (let round = 0; round < 20_000; round++) {
    const labels = [take(core, 0, draw.word()), take(core, 0, draw.word())];
    counts.set(`${labels}`, (counts.get(`${labels}`) ?? 0) + 1);
    for (const label of labels) core.poolGive(0, label);
  }

  assert.is(counts.size, 20);
  // 19 degrees of freedom: above 50 once in 10,000 seeds.
  assert.ok(chiSquare([...counts.values()], 1000) < 50, `seed ${SEED}: ${[...counts.values()]}`);
});

indexPool("shares its row with three others without touching their labels", ({ core, draw }) => {
  const pieces = [
    [1, 512],
    [32_768, 33_280],
    [512, 32_768],
    [33_280, 65_536],
  ] as const;
  pieces.forEach(([start, end], pool) => core.poolFill(pool, start, end));
  const taken: number[][] = pieces.map(() => []);
  for (let step = 0; step < 50_000; step++) {
    const pool = draw.below(4);
    const [start, end] = pieces[pool]!;
    const label = draw.oneIn(3) ? NONE : take(core, pool, draw.word());
    if (label === NONE) giveOne(core, pool, taken[pool]!, draw);
    else taken[pool]!.push(label);
    if (label !== NONE) assert.ok(label >= start && label < end, `seed ${SEED}, step ${step}`);
  }
});

indexPool("is one of twelve in three rows that know nothing of each other", ({ core, draw }) => {
  const quarter = LABELS / 4;
  const pools = range(0, POOLS);
  for (const pool of pools)
    core.poolFill(pool, (pool % 4) * quarter, (pool % 4) * quarter + quarter);
  const taken = pools.map((): number[] => []);
  for (let round = 0; round < quarter; round++) {
    for (const pool of pools) taken[pool]!.push(take(core, pool, draw.word()));
  }

  for (const pool of pools) {
    const start = (pool % 4) * quarter;
    assert.equal(ascending(taken[pool]!), range(start, start + quarter), `pool ${pool}`);
  }
});

indexPool("is a set, whatever is taken and given", ({ core, draw }) => {
  for (const { pool, start, end } of [
    { pool: 5, start: 0, end: 40 },
    { pool: 11, start: 65_500, end: 65_536 },
  ]) {
    core.poolFill(pool, start, end);
    const free = new Set(range(start, end));
    for (let step = 0; step < 30_000; step++) {
      const given = draw.between(start, end - 1);
      if (draw.oneIn(2) && !free.has(given)) {
        core.poolGive(pool, given);
        free.add(given);
      } else {
        const label = take(core, pool, draw.word());
        assert.ok(label === NONE ? free.size === 0 : free.delete(label), `seed ${SEED}`);
      }
    }
    assert.equal(ascending(drained(core, pool, draw)), ascending([...free]));
  }
});

indexPool("leaves its row a permutation with its inverse", ({ core, draw }) => {
  core.poolFill(4, 0, LABELS);
  const taken: number[] = [];
  for (let step = 0; step < 20_000; step++) {
    if (draw.oneIn(3)) giveOne(core, 4, taken, draw);
    else taken.push(take(core, 4, draw.word()));
  }
  for (const label of taken) core.poolGive(4, label);

  assert.is(new Set(drained(core, 4, draw)).size, LABELS);
});

indexPool.run();

function take(core: Core, pool: number, random: number): number {
  return core.poolTake(pool, random) >>> 0;
}

/** Takes everything. */
function drained(core: Core, pool: number, draw: Draw): number[] {
  const labels: number[] = [];
  for (let label = take(core, pool, draw.word()); label !== NONE;) {
    labels.push(label);
    label = take(core, pool, draw.word());
  }
  return labels;
}

function giveOne(core: Core, pool: number, taken: number[], draw: Draw): void {
  if (taken.length === 0) return;
  const [label] = taken.splice(draw.below(taken.length), 1);
  core.poolGive(pool, label!);
}

function chiSquare(counts: number[], mean: number): number {
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}

function ascending(labels: number[]): number[] {
  return [...labels].sort((one, other) => one - other);
}
