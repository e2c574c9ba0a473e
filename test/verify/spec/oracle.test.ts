/**
 * The specification against the core: the same packets to both, random and mutated, until both have
 * seen PROVENAT_ORACLE_PACKETS of them. The seed is PROVENAT_FUZZ_SEED, or drawn and named in any
 * failure.
 */
import { randomInt } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Outcome, Side } from "../../../assembly/abi.ts";
import { FALSE, constant } from "../../../verify/terms/term.ts";
import { ConcreteLinks, ConcreteOctets } from "../../../verify/spec/concrete.ts";
import { Mappings } from "../../../verify/spec/mappings.ts";
import { Links } from "../../../verify/spec/neighbours.ts";
import { decide } from "../../../verify/spec/packet.ts";
import { OUTCOMES } from "../../../verify/spec/outcome.ts";
import { nextTime } from "../../fuzz/clock.ts";
import { nextFrame } from "../../fuzz/frames.ts";
import { EXTERNAL, ROUTERS, SCENARIOS, STARTS } from "../../fuzz/scenarios.ts";
import { type Context, nextInput } from "../../fuzz/traffic.ts";
import { freshCore } from "../../support/core.ts";
import { tcpPacket, udpPacket } from "../../support/packets.ts";
import { Draw } from "../../support/random.ts";
import { World } from "./world.ts";

const PACKETS = Number(process.env["PROVENAT_ORACLE_PACKETS"] ?? 100_000);
const SEED = Number(process.env["PROVENAT_FUZZ_SEED"] ?? randomInt(2 ** 31));
const SEQUENCE_LENGTH = 2_500;

/** Outcomes that a configured core never has, or not in tables of this size. */
const UNREACHED = ["NotConfigured", "EndpointTableFull", "SessionTableFull"];

const FLOW = { from: "10.0.0.2:5000", to: "198.51.100.10:53" };

const oracle = suite("the specification against the core");

oracle(`agrees on ${PACKETS} packets (seed ${SEED})`, () => {
  const outcomes = new Map<string, number>();
  for (let done = 0, seed = SEED; done < PACKETS; done += SEQUENCE_LENGTH, seed++) {
    const world = sequence(seed, Math.min(SEQUENCE_LENGTH, PACKETS - done));
    for (const [name, count] of world.outcomes) {
      outcomes.set(name, (outcomes.get(name) ?? 0) + count);
    }
  }
  const unmet = OUTCOMES.filter((name) => !outcomes.has(name) && !UNREACHED.includes(name));
  if (PACKETS >= 50_000) assert.equal(unmet, [], `not met with seed ${SEED}`);
});

oracle("agrees that a mapping needs room", () => {
  const world = new World({ externalAddress: EXTERNAL });
  world.tables.fillEndpoints();

  for (const packet of [udpPacket(FLOW), tcpPacket({ ...FLOW, flags: "SYN" })]) {
    world.carry({ octets: packet, side: Side.Internal }, 1000);
  }
  assert.equal([...world.outcomes], [["EndpointTableFull", 2]]);
});

oracle("agrees that another remote needs room for the former one", () => {
  const world = new World({ externalAddress: EXTERNAL });
  world.carry({ octets: udpPacket(FLOW), side: Side.Internal }, 1000);
  world.tables.fillSessions(1000);

  const elsewhere = udpPacket({ ...FLOW, to: "198.51.100.11:53" });
  for (const octets of [elsewhere, udpPacket(FLOW)]) {
    world.carry({ octets, side: Side.Internal }, 1001);
  }
  assert.equal(
    [...world.outcomes],
    [
      ["Outbound", 2],
      ["SessionTableFull", 1],
    ],
  );
});

oracle("agrees on when a port has rested", () => {
  const lifetimes = { udp: 5_000 };
  const options = { lifetimes, allowShortLifetimes: true, holdDown: 3_000, externalPorts: "7-8" };
  const world = new World({ ...options, externalAddress: EXTERNAL });
  const sendFrom = (from: string, now: number) =>
    world.carry({ octets: udpPacket({ ...FLOW, from }), side: Side.Internal }, now);
  // The second mapping rests for less long than the first, which was made before it. In one tick
  // of 1,024 ms the core need not see that.
  for (let round = 0; round < 200; round++) {
    const begin = round * 40_007;
    sendFrom("10.0.0.2:5000", begin);
    sendFrom("10.0.0.3:5000", begin + 10);
    sendFrom("10.0.0.2:5000", begin + 510);
    sendFrom("10.0.0.4:5000", begin + 8_009 + (round % 4) * 167);
  }
  world.compareState();
  assert.ok(world.outcomes.get("NoPort")! > 50);
});

oracle("agrees that nothing passes before there is a configuration", () => {
  const core = freshCore();
  const descriptor = [0, 28, Side.Internal, 0];
  new Uint32Array(core.memory.buffer, core.start("DESCRIPTORS"), 4).set(descriptor);
  core.process(1, 0, 0);
  const fate = core.view.getUint32(core.start("DESCRIPTORS") + 12, true);

  const unready = new World({ externalAddress: EXTERNAL }).state;
  unready.isReady = FALSE;
  const { outcome } = decide(
    { offset: constant(0, 32), length: constant(28, 32), side: constant(0, 32) },
    new ConcreteOctets(udpPacket(FLOW)),
    new Mappings(unready),
    new Links(new ConcreteLinks()),
  );
  assert.is(Outcome[fate >>> 8], "NotConfigured");
  assert.is(outcome, "NotConfigured");
});

/** The sequence that `seed` stands for: scenario, core's seed and packets. */
function sequence(seed: number, packets: number): World {
  const draw = Draw.seeded(seed);
  // In turns, so that none is left out by chance.
  const scenarios = [...SCENARIOS, ...ROUTERS];
  const scenario = scenarios[seed % scenarios.length]!;
  const words = Uint32Array.from({ length: 4 }, (_, index) => Math.imul(seed + index, 0x9e3779b1));
  const world = new World({ ...scenario.options, externalAddress: EXTERNAL, seed: words });
  const { history, held } = world;
  const context: Context = { state: world.state.asGenerated(), history, held };
  const next = scenario.options.router ? nextFrame : nextInput;
  let now = draw.pick(STARTS);
  try {
    for (let count = 0; count < packets; count++) {
      world.carry(next(draw, context), now);
      now = nextTime(draw, context.state);
    }
    world.compareState();
  } catch (error) {
    const replay = `PROVENAT_FUZZ_SEED=${seed} PROVENAT_ORACLE_PACKETS=${SEQUENCE_LENGTH}`;
    (error as Error).message += `\n${scenario.name}\nReplay: ${replay}`;
    throw error;
  }
  return world;
}

oracle.run();
