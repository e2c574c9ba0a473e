/**
 * Each instruction that computes, loads or stores, in a function of its own, in the machine and in
 * V8: with operands that are constants, and with unknown ones. The seed is MACHINE_SEED.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Region } from "../../../verify/contracts/layout.ts";
import { Octets } from "../../../verify/symbolic/octets.ts";
import { accessOf } from "../../../verify/symbolic/operations.ts";
import { State } from "../../../verify/symbolic/path.ts";
import { Table } from "../../../verify/symbolic/table.ts";
import { add } from "../../../verify/terms/arithmetic.ts";
import { shiftLeft } from "../../../verify/terms/shifts.ts";
import type { Model } from "../../../verify/terms/evaluate.ts";
import { constant, ones, variable, type Term } from "../../../verify/terms/term.ts";
import { Draw } from "../../support/random.ts";
import { follow } from "./followed.ts";
import { type Instance, inV8, instancesOf, memoryOf, OFFSET, widthOf } from "./instances.ts";

const SEED = Number(process.env["MACHINE_SEED"] ?? 1);
const ROUNDS = 200;
const ACCESSES = 60;

const instances = instancesOf();

const numeric = suite("numeric instructions");

for (const instance of instances.filter(({ op }) => !accessOf(op))) {
  numeric(`${instance.op} is that of V8`, async () => {
    const draw = Draw.seeded(SEED);
    for (let round = 0; round < ROUNDS; round++) {
      const values = instance.params.map((type) => operand(draw, widthOf(type)));
      const expected = inV8(instance, values);
      for (const known of [0, 1, 2, 3]) {
        const { result } = await follow(instance.module, instance.index, {
          args: values.map((value, i) => {
            const width = widthOf(instance.params[i]!);
            return termOf(value, i, width, ((known >> i) & 1) === 1);
          }),
          model: { variable: (name) => values[Number(name)]!, apply: unasked },
        });
        assert.is(result, expected, `${values.join(", ")}, seed ${SEED}, known: ${known}`);
      }
    }
  });
}

numeric.run();

const accesses = suite("loads and stores");

for (const instance of instances.filter(({ op }) => accessOf(op))) {
  accesses(`${instance.op} is that of V8 in a packet`, async () => {
    const draw = Draw.seeded(SEED);
    for (let round = 0; round < ACCESSES; round++) await comparePacket(instance, draw);
  });

  accesses(`${instance.op} is that of V8 in a table`, async () => {
    const draw = Draw.seeded(SEED);
    for (let round = 0; round < ACCESSES; round++) await compareTable(instance, draw);
  });
}

accesses.run();

/** A packet of 32 octets anywhere, some of them known. */
async function comparePacket(instance: Instance, draw: Draw): Promise<void> {
  const { octets, isStore, width } = accessOf(instance.op)!;
  const packet = draw.octets(32);
  const base = 1024 + draw.below(1000);
  const distance = draw.below(packet.length - octets - OFFSET + 1);
  const value = operand(draw, width);
  const isKnown = draw.oneIn(2);

  const memory = memoryOf(instance);
  memory.set(packet, base);
  const expected = inV8(
    instance,
    isStore ? [BigInt(base + distance), value] : [BigInt(base + distance)],
  );

  const at = variable("base", 32);
  const end = await follow(instance.module, instance.index, {
    args: [add(at, constant(distance, 32)), ...(isStore ? [termOf(value, 1, width, isKnown)] : [])],
    model: {
      variable: (name) => (name === "base" ? BigInt(base) : value),
      apply: (_, [index]) => BigInt(packet[Number(index)]!),
    },
    packet: { base: at, length: constant(packet.length, 32) },
  });
  const found = packet.slice();
  for (const { at, value } of end.path.octets.written) {
    found[Number(end.evaluate(at))] = Number(end.evaluate(value));
  }
  assert.is(end.result, expected, `seed ${SEED}`);
  assert.equal(found, memory.slice(base, base + packet.length), `seed ${SEED}`);
}

/** A region whose only field the instruction reads or writes. */
async function compareTable(instance: Instance, draw: Draw): Promise<void> {
  const { octets, isStore, width } = accessOf(instance.op)!;
  const fields = [{ name: "field", offset: 0, width: (octets * 8) as 8 | 16 | 32 | 64 }];
  const region: Region = {
    name: "table",
    base: 512,
    stride: octets,
    count: 16,
    fields,
  };
  const contents = draw.octets(octets * region.count);
  const index = draw.below(region.count);
  const value = operand(draw, width);
  const [knowsIndex, knowsValue] = [draw.oneIn(2), draw.oneIn(2)];
  const address = region.base + octets * index - OFFSET;

  const memory = memoryOf(instance);
  memory.set(contents, region.base);
  const expected = inV8(instance, isStore ? [BigInt(address), value] : [BigInt(address)]);

  const scaled = shiftLeft(variable("index", 32), constant(Math.log2(octets), 32));
  const place = knowsIndex
    ? constant(address, 32)
    : add(scaled, constant(region.base - OFFSET, 32));
  const read = (at: bigint) => littleEndian(contents, Number(at) * octets, octets);
  const model: Model = {
    variable: (name) => (name === "index" ? BigInt(index) : value),
    apply: (_, [at]) => read(at!),
  };
  const end = await follow(instance.module, instance.index, {
    args: [place, ...(isStore ? [termOf(value, 1, width, knowsValue)] : [])],
    model,
    state: State.of([new Table("field", octets * 8, "field")]),
    octets: Octets.arriving(),
    regions: [region],
  });
  assert.is(end.result, expected, `seed ${SEED}`);
  const after = end.path.state.table("field");
  for (let i = 0; i < region.count; i++) {
    const found = end.evaluate(after.read(constant(i, 32)));
    assert.is(found, littleEndian(memory, region.base + i * octets, octets), `seed ${SEED}, ${i}`);
  }
}

function littleEndian(octets: Uint8Array, at: number, count: number): bigint {
  let value = 0n;
  for (let i = count - 1; i >= 0; i--) value = (value << 8n) | BigInt(octets[at + i]!);
  return value;
}

/** Often at the edges of what fits. */
function operand(draw: Draw, width: number): bigint {
  const edges = [0n, 1n, 2n, 31n, 32n, 63n, 64n, 255n, 128n, 0x7fffn, 0x8000n, 0xffffn];
  const word = (BigInt(draw.word()) << 32n) | BigInt(draw.word());
  const high = 1n << BigInt(width - 1);
  const value = draw.pick([
    word,
    word,
    word >> BigInt(draw.below(64)),
    draw.pick(edges),
    high,
    -1n,
  ]);
  return (draw.oneIn(4) ? value - 1n : draw.oneIn(4) ? -value : value) & ones(width);
}

function termOf(value: bigint, position: number, width: number, isKnown: boolean): Term {
  return isKnown ? constant(value, width) : variable(String(position), width);
}

function unasked(): never {
  throw new Error("There is no memory here.");
}
