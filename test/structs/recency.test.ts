import { suite } from "uvu";
import * as assert from "uvu/assert";
import { RecordOffset } from "../../assembly/abi.ts";
import { type Core, freshCore } from "../support/core.ts";
import { Draw } from "../support/random.ts";

const SEED = 32;
const RINGS = [0, 1, 2, 3];

const recency = suite<{ core: Core }>("recency rings");

recency.before.each((context) => {
  context.core = freshCore();
  context.core.ringClear();
});

recency("are empty once cleared: the oldest is the sentinel", ({ core }) => {
  for (const ring of RINGS) assert.is(core.ringOldest(ring), ring << 16);
});

recency("keep nodes in the order in which they were appended", ({ core }) => {
  for (const node of [70, 10, 40]) core.ringAppend(node, 0);

  assert.is(core.ringOldest(0), 70);
  assertOrder(core, 0, [70, 10, 40]);
});

recency("close up around a node removed from the front, the middle or the back", ({ core }) => {
  for (const node of [1, 2, 3, 4, 5]) core.ringAppend(node, 0);

  core.ringRemove(3);
  assertOrder(core, 0, [1, 2, 4, 5]);
  core.ringRemove(1);
  assertOrder(core, 0, [2, 4, 5]);
  core.ringRemove(5);
  assertOrder(core, 0, [2, 4]);
});

recency("are empty again without their only node", ({ core }) => {
  core.ringAppend(9, 2);
  core.ringRemove(9);

  assertOrder(core, 2, []);
});

recency("move a node to the back by removing and appending it", ({ core }) => {
  for (const node of [1, 2, 3]) core.ringAppend(node, 1);
  core.ringRemove(1);
  core.ringAppend(1, 1);

  assertOrder(core, 1, [2, 3, 1]);
});

recency("know nothing of each other, though a node may go from one to another", ({ core }) => {
  for (const ring of RINGS) for (const node of [1, 2, 3]) core.ringAppend(ring * 10 + node, ring);
  core.ringRemove(22);
  core.ringAppend(22, 3);

  assertOrder(core, 0, [1, 2, 3]);
  assertOrder(core, 1, [11, 12, 13]);
  assertOrder(core, 2, [21, 23]);
  assertOrder(core, 3, [31, 32, 33, 22]);
});

recency("write to no field of a record but its links", ({ core }) => {
  const node = (2 << 16) | 65_535;
  const at = core.start("RECORDS") + node * 32;
  const links = [RecordOffset.Previous, RecordOffset.Next].flatMap((link) =>
    [0, 1, 2, 3].map((octet) => link + octet),
  );
  core.octets.fill(0xa5, at, at + 32);
  core.ringAppend(node, 2);
  core.ringAppend(7, 2);
  core.ringRemove(7);

  const others = [...Array(32).keys()].filter((octet) => !links.includes(octet));
  for (const octet of others) assert.is(core.octets[at + octet], 0xa5);
});

recency("are sequences, whatever is appended and removed", ({ core }) => {
  const draw = Draw.seeded(SEED);
  const expected: number[][] = RINGS.map(() => []);
  for (let step = 0; step < 5000; step++) {
    const node = draw.between(1, 60);
    const home = expected.findIndex((order) => order.includes(node));
    if (home >= 0) {
      core.ringRemove(node);
      expected[home]!.splice(expected[home]!.indexOf(node), 1);
    }
    if (home < 0 || draw.oneIn(2)) {
      const ring = draw.pick(RINGS);
      core.ringAppend(node, ring);
      expected[ring]!.push(node);
    }
    for (const ring of RINGS)
      assertOrder(core, ring, expected[ring]!, `seed ${SEED}, step ${step}`);
  }
});

recency.run();

/** Follows the links both ways. */
function assertOrder(core: Core, ring: number, expected: number[], context = ""): void {
  assert.equal(walk(core, ring, RecordOffset.Next), expected, context);
  assert.equal(walk(core, ring, RecordOffset.Previous), [...expected].reverse(), context);
}

function walk(core: Core, ring: number, link: RecordOffset): number[] {
  const sentinel = ring << 16;
  const nodes: number[] = [];
  const after = (node: number): number =>
    core.view.getUint32(core.start("RECORDS") + node * 32 + link, true);
  for (let node = after(sentinel); node !== sentinel; node = after(node)) nodes.push(node);
  return nodes;
}
