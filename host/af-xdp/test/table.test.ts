/** No table, however wrong, moves a frame that is not the caller's. */
import * as assert from "uvu/assert";
import { ipv4 } from "./frames.ts";
import { Station, STRIDE } from "./station.ts";
import { isolated } from "./support.ts";
import { withWire } from "./wire.ts";

const table = isolated(import.meta.url, "table");

const FRAMES = 256;
const OCTETS = 2048;
const FRAME = ipv4({ mac: "02:00:00:00:00:77", to: "203.0.113.7" });

/** Runs `body` with a station that holds the frames of entries 0 to 3. */
async function withStation(body: (station: Station) => unknown): Promise<void> {
  await withWire(async (wire) => {
    const station = new Station([wire], { umem: { frames: FRAMES } });
    assert.is(station.take(0, 4), 4);
    for (let entry = 0; entry < 4; entry++) station.put(entry, FRAME);
    await body(station);
    station.close();
  });
}

/** Asserts a RangeError from `send` and, if it concerns the chunk, from `release`; nothing moved. */
function refusesEntry(station: Station, entry: number, message: RegExp, onlySend = false): void {
  const before = station.group.frames;
  const attempts: Array<() => unknown> = [() => station.send(station.first, 0, entry, 1)];
  if (!onlySend) attempts.push(() => station.release(0, entry, 1));
  for (const attempt of attempts) {
    assert.throws(attempt, (error: unknown) => {
      return error instanceof RangeError && message.test(error.message);
    });
    assert.equal(station.group.frames, before);
  }
}

table("an offset outside the UMEM is refused", async () => {
  await withStation((station) => {
    const end = station.start + FRAMES * OCTETS;
    for (const offset of [0, station.start - 1, end, end + OCTETS, 0xffffffff]) {
      station.table[2 * STRIDE] = offset;
      refusesEntry(station, 2, /^entry 2: its offset is outside the UMEM$/);
    }
  });
});

table("a length that crosses the chunk's end, or is no frame's, is refused", async () => {
  await withStation((station) => {
    const offset = station.table[2 * STRIDE]!;
    for (const [within, length] of [
      [0, OCTETS + 1],
      [1, OCTETS],
      [OCTETS - 14, 15],
      [0, 0xffffffff],
    ] as const) {
      station.table.set([offset + within, length], 2 * STRIDE);
      refusesEntry(station, 2, /^entry 2: its length crosses the end of its chunk$/, true);
    }
    for (const length of [0, 13]) {
      station.table.set([offset, length], 2 * STRIDE);
      refusesEntry(station, 2, /^entry 2: it is shorter than an Ethernet header$/, true);
    }
    station.table.set([offset + OCTETS - 14, 14], 2 * STRIDE);
    assert.is(station.send(station.first, 2), 1);
  });
});

table("an entry that is not in the table is refused", async () => {
  await withStation((station) => {
    for (const entry of [FRAMES, 0xffffffff]) {
      refusesEntry(station, entry, new RegExp(`^entry ${entry}: not in the table$`));
    }
    const { table, group, first: socket } = station;
    const entries = Uint32Array.of(0);
    for (const attempt of [
      () => socket.receive(table, STRIDE, FRAMES - 1, 2),
      () => socket.receive(table, STRIDE, 0xffffffff, 0xffffffff),
      () => group.take(table, STRIDE, FRAMES, 1),
      () => socket.send(table, 1, entries, 1),
      () => socket.send(table, STRIDE, entries, 2),
    ]) {
      assert.throws(attempt, (error: unknown) => error instanceof RangeError);
    }
  });
});

table("a frame that is released cannot be released again, nor sent", async () => {
  await withStation((station) => {
    station.release(2);
    refusesEntry(station, 2, /^entry 2: its frame is not yours/);
    assert.is(station.group.frames.held, 3);
  });
});

table("a frame that is sent can be sent or released again only once it is back", async () => {
  await withStation((station) => {
    assert.is(station.send(station.first, 2), 1);
    refusesEntry(station, 2, /^entry 2: its frame is not yours/);
  });
});

table("a frame listed twice is refused, also by different offsets", async () => {
  await withStation((station) => {
    station.table[2 * STRIDE] = station.table[1 * STRIDE]! + 20;
    refusesEntry(station, 2, /^entry 1: its frame is listed twice$/);
    refusesEntry(station, 1, /^entry 1: its frame is listed twice$/);
  });
});

table("a frame of the kernel's is refused", async () => {
  await withStation((station) => {
    const mine = [0, 1, 2, 3].map((entry) => station.table[entry * STRIDE]);
    for (let chunk = 0; chunk < FRAMES; chunk++) {
      const offset = station.start + chunk * OCTETS;
      if (mine.includes(offset)) continue;
      station.table[2 * STRIDE] = offset;
      refusesEntry(station, 2, /^entry 2: its frame is not yours/);
    }
  });
});

table("what is no table, or no handle, is a TypeError", async () => {
  await withStation(({ first: socket, memory, table }) => {
    const wrong = (table: unknown, entries: unknown, count: unknown) => () =>
      socket.send(table as Uint32Array, STRIDE, entries as Uint32Array, count as number);
    const entries = Uint32Array.of(0);
    assert.throws(wrong(memory, entries, 1), /table must be a Uint32Array/);
    assert.throws(wrong(table, [0], 1), /entries must be a Uint32Array/);
    assert.throws(wrong(table, entries, "1"), /count must be a number/);
    assert.throws(wrong(table, entries, -1), /count must be a whole number/);
  });
});

table.run();
