/**
 * The machine against V8: the same packets to both, through the whole core, every octet of memory
 * compared. The seed is MACHINE_SEED, the number of packets MACHINE_PACKETS.
 */
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { PACKETS } from "../../../verify/contracts/layout.ts";
import { anyState } from "../../../verify/proofs/state.ts";
import { Octets } from "../../../verify/symbolic/octets.ts";
import { Facts } from "../../../verify/symbolic/facts.ts";
import { add } from "../../../verify/terms/arithmetic.ts";
import type { Model } from "../../../verify/terms/evaluate.ts";
import { apply, constant, variable } from "../../../verify/terms/term.ts";
import { decode } from "../../../verify/wasm/decode.ts";
import { nextTime } from "../../fuzz/clock.ts";
import { EXTERNAL, SCENARIOS, STARTS } from "../../fuzz/scenarios.ts";
import { nextInput } from "../../fuzz/traffic.ts";
import { Draw } from "../../support/random.ts";
import { World } from "../spec/world.ts";
import { follow, Image, settle } from "./followed.ts";

const SEED = Number(process.env["MACHINE_SEED"] ?? 1);
const COUNT = Number(process.env["MACHINE_PACKETS"] ?? 200);
const SEQUENCE_LENGTH = 50;

/** Loops of more rounds are not run to their end: those over a whole message. */
const MOST_OCTETS = 140;

const module = decode(readFileSync("build/core.wasm"));
const { index: PROCESS } = module.exports.get("process")!;

/** A call of `process` for one packet, and memory before and after it. */
interface Call {
  count: number;
  now: number;
  before: Uint8Array;
  after: Uint8Array;
}

/** Compares what the machine makes of a call. */
type Compare = (call: Call) => Promise<void>;

const machine = suite("the machine");

machine(`does what V8 does with ${COUNT} packets, of which it knows every octet`, async () => {
  await withTraffic((call) => compare(call, true));
});

machine(`does what V8 does with ${COUNT} packets, of which it knows nothing`, async () => {
  await withTraffic((call) => compare(call, false));
});

machine.run();

/** Traffic of several scenarios, each with a NAT of its own. */
async function withTraffic(compareCall: Compare): Promise<void> {
  const outcomes = new Set<string>();
  for (let done = 0, seed = SEED; done < COUNT; done += SEQUENCE_LENGTH, seed++) {
    const draw = Draw.seeded(seed);
    const scenario = draw.pick(SCENARIOS);
    const world = new World({ ...scenario.options, externalAddress: EXTERNAL, seed: draws(draw) });
    const calls = callsOf(world);
    const context = { state: world.state.asGenerated(), history: world.history };
    let now = draw.pick(STARTS);
    for (let count = 0; count < SEQUENCE_LENGTH; count++) {
      const input = nextInput(draw, context);
      world.carry(input, now);
      const call = calls.pop()!;
      now = nextTime(draw, context.state);
      if (input.octets.length > MOST_OCTETS) continue;
      try {
        await compareCall(call);
      } catch (error) {
        (error as Error).message += `\n${scenario.name}, MACHINE_SEED=${seed}, packet ${count}`;
        throw error;
      }
    }
    for (const [name] of world.outcomes) outcomes.add(name);
  }
  if (COUNT >= 200) assert.ok(outcomes.size > 10, `only ${[...outcomes]}`);
}

function draws(draw: Draw): Uint32Array {
  return Uint32Array.from({ length: 4 }, () => draw.word());
}

/** Collects the calls of `process`. */
function callsOf({ nat }: World): Call[] {
  const calls: Call[] = [];
  const memory = new Uint8Array(nat.packets.buffer);
  const process = nat.process.bind(nat);
  nat.process = (count, now) => {
    const before = memory.slice();
    process(count, now);
    calls.push({ count, now, before, after: memory });
  };
  return calls;
}

/** One packet: `isKnown` says whether memory and packet are constants to the machine. */
async function compare({ count, now, before, after }: Call, isKnown: boolean): Promise<void> {
  const image = new Image(before);
  const at = Number(image.read("offset", 0n));
  const packet = before.subarray(PACKETS + at, PACKETS + at + Number(image.read("length", 0n)));
  const given = [count, now % 2 ** 32, Math.floor(now / 2 ** 32)];
  const names = ["count", "low", "high"];
  const model: Model = {
    variable: (name) => BigInt(given[names.indexOf(name)]!),
    apply: (name, [index]) =>
      name === "octet" ? BigInt(packet[Number(index)]!) : image.read(name, index!),
  };
  const field = (name: string) => apply(name, 32, constant(0, 32));
  const end = await follow(module, PROCESS, {
    args: given.map((word, i) => (isKnown ? constant(word, 32) : variable(names[i]!, 32))),
    model,
    state: isKnown ? image.tables(["offset"]) : anyState(),
    octets: isKnown ? known(packet) : Octets.arriving(),
    packet: {
      base: add(constant(PACKETS, 32), field("offset")),
      length: constant(packet.length, 32),
    },
  });

  const expected = new Image(before.slice());
  settle(expected, end);
  for (const { at: distance, value } of end.path.octets.written) {
    const place = PACKETS + at + Number(end.evaluate(distance));
    expected.octets[place] = Number(end.evaluate(value));
  }
  const differs = Buffer.compare(expected.octets, after) !== 0;
  if (differs) {
    const first = expected.octets.findIndex((octet, i) => octet !== after[i]);
    assert.unreachable(`octet ${first}: ${expected.octets[first]}, in V8 ${after[first]}`);
  }
}

/** A packet whose octets are constants. */
function known(packet: Uint8Array): Octets {
  let octets = Octets.arriving();
  const facts = new Facts();
  packet.forEach((octet, at) => {
    octets = octets.write(constant(at, 32), constant(octet, 8), facts);
  });
  return octets;
}
