import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Protocol } from "../../assembly/abi.ts";
import { type Core, freshCore, PROTOCOLS } from "../support/core.ts";
import { Draw } from "../support/random.ts";

const SEED = 4787;
const NONE = 0;
const { Udp, Icmp, Tcp } = Protocol;

const ports = suite<{ core: Core }>("external ports");

ports.before.each((context) => {
  context.core = freshCore();
});

// RFC 4787 REQ-3a, REQ-4: what the host's port tells of its role survives.
ports("have the internal port's range and parity as long as there is such a port", ({ core }) => {
  const draw = Draw.seeded(SEED);
  core.portFill(1, 65535);
  for (let round = 0; round < 1500; round++) {
    for (const internal of [0, 1, 1022, 1023, 1024, 1025, 65534, 65535, draw.below(0x10000)]) {
      const protocol = draw.below(PROTOCOLS.length);
      const external = core.portTake(protocol, internal);
      assert.is(kindOf(external), kindOf(internal), `seed ${SEED}: ${internal} to ${external}`);
      core.portGive(protocol, external);
    }
  }
});

for (const { internal, order } of [
  { internal: 5000, order: ["high even", "high odd", "low even", "low odd"] },
  { internal: 5001, order: ["high odd", "high even", "low odd", "low even"] },
  { internal: 500, order: ["low even", "low odd", "high even", "high odd"] },
  { internal: 501, order: ["low odd", "low even", "high odd", "high even"] },
]) {
  ports(`for internal port ${internal} are ${order.join(", then ")}, then none`, ({ core }) => {
    core.portFill(1020, 1027);
    const kinds = drained(core, Tcp, internal).map(kindOf);

    assert.equal(
      kinds,
      order.flatMap((kind) => [kind, kind]),
    );
    assert.is(core.portTake(Tcp, internal), NONE);
  });
}

for (const [first, last] of [
  [1, 1],
  [2, 2],
  [1, 2],
  [65535, 65535],
  [65534, 65534],
  [65534, 65535],
  [1023, 1023],
  [1024, 1024],
  [1023, 1024],
  [1022, 1025],
  [1, 1023],
  [1024, 1100],
  [1025, 1101],
  [511, 514],
  [32767, 32769],
  [1, 65535],
] as const) {
  ports(`of the range ${first}-${last} are exactly those, each once`, ({ core }) => {
    core.portFill(first, last);
    const expected = Array.from({ length: last - first + 1 }, (_, index) => first + index);

    for (const protocol of [Udp, Icmp, Tcp]) {
      assert.equal(ascending(drained(core, protocol, 5000 + first)), expected);
    }
  });
}

ports("that are given back can be taken again, by any internal port", ({ core }) => {
  core.portFill(1020, 1027);
  drained(core, Udp, 5000);
  for (const port of [1020, 1027]) core.portGive(Udp, port);

  assert.is(core.portTake(Udp, 5000), 1027);
  assert.is(core.portTake(Udp, 5000), 1020);
  assert.is(core.portTake(Udp, 5000), NONE);
});

// RFC 7857 §5.
ports("of one protocol are no concern of another's", ({ core }) => {
  core.portFill(40000, 40003);
  drained(core, Udp, 5000);
  drained(core, Tcp, 5000);

  assert.equal(ascending(drained(core, Icmp, 5000)), [40000, 40001, 40002, 40003]);
});

// RFC 6056 §3.3.1: who sees some ports cannot tell the next.
ports("that follow each other are no progression", ({ core }) => {
  core.portFill(1, 65535);
  const taken = Array.from({ length: 1000 }, () => core.portTake(Udp, 5000));
  const steps = taken.slice(1).map((port, index) => port - taken[index]!);

  assert.ok(new Set(steps).size > 900, `${new Set(steps).size} different steps`);
  const rises = steps.filter((step) => step > 0).length;
  assert.ok(rises > 420 && rises < 580, `${rises} rises`);
});

ports("lie in every part of the range alike", ({ core }) => {
  core.portFill(1, 65535);
  const counts = new Array<number>(63).fill(0);
  for (let round = 0; round < 6300; round++) {
    const port = core.portTake(Udp, 5000);
    counts[Math.floor((port - 1024) / 1024)]! += 1;
    core.portGive(Udp, port);
  }
  const chiSquare = counts.reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);

  // 62 degrees of freedom: above 110 once in 10,000 seeds.
  assert.ok(chiSquare < 110, `chi-square ${chiSquare}`);
});

ports("come in the same order from the same seed, and in another from another", () => {
  const first = (seed: number): number[] => {
    const core = freshCore(Uint32Array.of(seed, 0, 0, 0));
    core.portFill(1, 65535);
    return Array.from({ length: 20 }, () => core.portTake(Udp, 5000));
  };

  assert.equal(first(1), first(1));
  assert.not.equal(first(1), first(2));
});

ports.run();

function kindOf(port: number): string {
  return `${port < 1024 ? "low" : "high"} ${port % 2 === 0 ? "even" : "odd"}`;
}

/** Takes every port there is. */
function drained(core: Core, protocol: Protocol, internal: number): number[] {
  const taken: number[] = [];
  for (;;) {
    const port = core.portTake(protocol, internal);
    if (port === NONE) return taken;
    taken.push(port);
  }
}

function ascending(taken: number[]): number[] {
  return [...taken].sort((one, other) => one - other);
}
