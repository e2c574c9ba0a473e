/** Where `read` puts packets, and what it refuses. */
import type { Socket } from "node:dgram";
import * as assert from "uvu/assert";
import type { Device } from "../index.js";
import { payloadOf } from "./packets.ts";
import { send, withSocket } from "./socket.ts";
import { isolated } from "./support.ts";

const read = isolated(import.meta.url, "read");

const STRIDE = 3;
const UNTOUCHED = 0xee;

/** What the octets to be read into are like, where a test does not say otherwise. */
const ROOM = { first: 0, count: 8, start: 0, end: 8192, capacity: 1024, gap: 0 };

/** One read into a fresh memory: its result, and [offset, length] of each of the packets. */
function readInto(device: Device, where: Partial<typeof ROOM>) {
  const { first, count, start, end, capacity, gap } = { ...ROOM, ...where };
  const memory = Buffer.alloc(8192, UNTOUCHED);
  const table = new Uint32Array(8 * STRIDE);
  const got = device.read(memory, table, STRIDE, first, count, start, end, capacity, gap);
  const places = Array.from({ length: got }, (_, i) => {
    const word = (first + i) * STRIDE;
    return [table[word]!, table[word + 1]!] as const;
  });
  return { memory, table, places };
}

/** Makes packets of these lengths wait for the device. */
async function sendPackets(socket: Socket, ...lengths: number[]): Promise<void> {
  for (const [i, length] of lengths.entries()) await send(socket, String(i).repeat(length - 28));
}

/** The rule, octet by octet. */
function placesOf(lengths: number[], start: number, gap: number) {
  let free = start;
  return lengths.map((length) => {
    let offset = free + gap;
    while (offset % 64 !== gap) offset += 1;
    free = offset + length;
    return [offset, length] as const;
  });
}

for (const gap of [0, 1, 10, 63]) {
  read(`packs what it reads, each ${gap} octets behind a multiple of 64`, async () => {
    await withSocket({}, async (device, socket) => {
      for (const start of [0, 1, 63, 64, 4000]) {
        const lengths = [48, 63, 64, 65, 300];
        await sendPackets(socket, ...lengths);

        const { memory, places } = readInto(device, { start, gap });
        assert.equal(places, placesOf(lengths, start, gap), `from ${start}`);
        for (const [i, [offset, length]] of places.entries()) {
          const packet = memory.subarray(offset, offset + length);
          assert.is(payloadOf(packet), String(i).repeat(length - 28));
          packet.fill(UNTOUCHED);
        }
        assert.ok(
          memory.every((octet) => octet === UNTOUCHED),
          "an octet beside them was written",
        );
      }
    });
  });
}

read("writes two words of each entry, and of no other", async () => {
  await withSocket({}, async (device, socket) => {
    await sendPackets(socket, 48, 48);

    const { table } = readInto(device, { first: 3, count: 5, start: 64 });
    assert.equal([...table], [...Array(9).fill(0), 64, 48, 0, 128, 48, 0, ...Array(9).fill(0)]);
  });
});

read("stops before it takes a packet that might not fit", async () => {
  await withSocket({}, async (device, socket) => {
    await sendPackets(socket, 48, 48, 300);

    const enough = 64 + 10 + 400;
    assert.equal(readInto(device, { end: enough - 1, capacity: 400, gap: 10 }).places, [[10, 48]]);
    const rest = readInto(device, { end: enough, capacity: 400, gap: 10 }).places;
    assert.equal(rest, [
      [10, 48],
      [74, 300],
    ]);
  });
});

read("says by one octet too many that a packet did not fit, and stores no octet more", async () => {
  await withSocket({}, async (device, socket) => {
    await sendPackets(socket, 64, 65, 900);

    const { memory, places } = readInto(device, { capacity: 64 });
    assert.equal(places, [
      [0, 64],
      [64, 65],
      [128, 65],
    ]);
    assert.is(String(memory.subarray(92, 128)), "1".repeat(36));
    assert.ok(memory.subarray(192).every((octet) => octet === UNTOUCHED));
  });
});

read("refuses what has no room, or no entry, before any packet moves", async () => {
  await withSocket({}, async (device, socket) => {
    await send(socket, "still there");
    const into = (where: Partial<typeof ROOM>) => () => readInto(device, where);

    assert.throws(into({ end: 8193 }), /end is outside the memory/);
    assert.throws(into({ start: 65, end: 255, capacity: 128 }), /no room for a packet/);
    assert.throws(into({ end: 64 + 9, gap: 10, capacity: 64 }), /no room for a packet/);
    assert.throws(into({ start: 4096, end: 4095, capacity: 1 }), /no room for a packet/);
    assert.throws(into({ start: 2 ** 32 - 1 }), /no room for a packet/);
    assert.throws(into({ capacity: 2 ** 32 - 1 }), /no room for a packet/);
    assert.throws(into({ capacity: 0 }), /capacity is too small/);
    assert.throws(into({ gap: 64 }), /gap must be less than 64/);
    assert.throws(into({ first: 1 }), /entry 8: not in the table/);
    assert.throws(into({ first: 2 ** 32 - 1, count: 1 }), /entry 4294967295: not in the table/);
    for (const name of Object.keys(ROOM)) {
      for (const odd of [-1, 0.5, NaN, Infinity, 2 ** 32]) {
        assert.throws(into({ [name]: odd }), new RegExp(`${name} must be a whole number`));
      }
    }
    const memory = new Uint8Array(64);
    const ofStride = (stride: number, first: number) => () =>
      device.read(memory, new Uint32Array(8), stride, first, 1, 0, 64, 64, 0);
    assert.throws(ofStride(1, 0), /stride must be at least 2/);
    assert.throws(ofStride(2 ** 32 - 1, 2 ** 32 - 1), /not in the table/);

    assert.equal(readInto(device, { start: 64, end: 192, capacity: 128 }).places, [[64, 39]]);
  });
});

read.run();
