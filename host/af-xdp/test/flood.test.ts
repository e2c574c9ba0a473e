/** However many frames come, none is lost from the UMEM or in two places. */
import * as assert from "uvu/assert";
import type { FrameCounts } from "../index.js";
import { ipv4 } from "./frames.ts";
import { Station } from "./station.ts";
import { eventually, ip, isolated } from "./support.ts";
import { type Wire, withWires } from "./wire.ts";

const flood = isolated(import.meta.url, "flood");

const FRAMES = 256;

/** Of each of two sockets: what it may have in its rings. */
const DEPTH = FRAMES / 4;

/** The n-th frame of a test, and back. */
function numbered(mac: string, number: number): Buffer {
  const payload = Buffer.alloc(26);
  payload.writeUInt32BE(number);
  return ipv4({ mac, to: "203.0.113.7", payload });
}

function numberOf(frame: Buffer): number {
  return frame.readUInt32BE(34);
}

function total({ free, receiving, held, sending }: FrameCounts): number {
  return free + receiving + held + sending;
}

/** Asserts that, after a last look, the caller and the kernel's senders have nothing. */
async function settles(station: Station): Promise<void> {
  await eventually(() => {
    station.group.flush();
    return station.group.frames.sending === 0;
  }, "all that was sent is back");
  const { free, receiving, held } = station.group.frames;
  assert.equal([free, receiving, held], [FRAMES - 2 * DEPTH, 2 * DEPTH, 0]);
}

/** All numbers that have arrived, in their order. */
function arrivals(wire: Wire, into: number[] = []): number[] {
  for (const frame of wire.read()) into.push(numberOf(frame));
  return into;
}

flood(
  "frames that nobody receives are dropped and counted, and those received are whole",
  async () => {
    await withWires(async (left, right) => {
      const station = new Station([left, right], { umem: { frames: FRAMES } });
      for (let number = 0; number < 1000; number++) left.write(numbered(left.mac, number));
      const { first } = station;
      await eventually(() => first.statistics().fillRingEmpty > 0, "the first has no chunks left");
      assert.is(station.carry(station.first, station.second), DEPTH);
      await eventually(() => {
        return arrivals(right).join() === [...Array(DEPTH).keys()].join();
      }, "the first ones arrive, in order");
      await settles(station);

      left.write(numbered(left.mac, 1000));
      await eventually(() => station.carry(station.first, station.second) === 1, "another comes");
      await eventually(() => arrivals(right)[0] === 1000, "it arrives");
      await settles(station);
      station.close();
    });
  },
);

flood("a caller who keeps everything receives nothing more, until it releases", async () => {
  await withWires(async (left, right) => {
    const station = new Station([left, right], { umem: { frames: FRAMES } });
    let held = 0;
    for (let number = 0; number < 1000; number++) {
      left.write(numbered(left.mac, number));
      held += station.receive(station.first, held);
    }
    const most = FRAMES - DEPTH; // all but what waits for the other socket
    await eventually(() => (held += station.receive(station.first, held)) >= most, "no more fits");
    assert.is(held, most);
    const { free, receiving } = station.group.frames;
    assert.equal([free, receiving], [0, DEPTH]);
    const numbers = [...Array(held).keys()].map((entry) => numberOf(station.frame(entry)));
    assert.is(new Set(numbers).size, held);

    station.release(...Array(held).keys());
    await settles(station);
    left.write(numbered(left.mac, 1000));
    await eventually(() => station.receive(station.first) === 1, "another comes");
    station.close();
  });
});

flood("a full transmit ring takes what fits, and all of that leaves once it can", async () => {
  await withWires(async (left, right) => {
    const station = new Station([left, right], { umem: { frames: FRAMES } });
    const entries = [...Array(2 * DEPTH).keys()];
    assert.is(station.take(0, 2 * DEPTH), 2 * DEPTH);
    assert.is(station.take(2 * DEPTH, 1), 0);
    for (const entry of entries) station.put(entry, numbered("02:00:00:00:00:77", entry));

    ip(`link set ${right.near} down`);
    assert.is(station.send(station.second, ...entries), DEPTH);
    assert.is(station.send(station.second, ...entries.slice(DEPTH)), 0);
    assert.is(station.group.flush(), DEPTH);
    assert.is(station.group.frames.held, DEPTH);
    ip(`link set ${right.near} up`);
    const arrived: number[] = [];
    await eventually(() => {
      station.group.flush();
      const rest = entries.slice(DEPTH);
      if (station.group.frames.held > 0) station.release(...rest);
      return arrivals(right, arrived).length === DEPTH;
    }, "they arrive");
    assert.equal(arrived, entries.slice(0, DEPTH));
    await settles(station);
    station.close();
  });
});

flood("frames that have left are received into again, also when no others are sent", async () => {
  await withWires(async (left, right) => {
    const station = new Station([left, right], { umem: { frames: FRAMES } });
    const entries = [...Array(DEPTH).keys()];
    assert.is(station.take(0, 2 * DEPTH), 2 * DEPTH);
    for (const entry of entries) station.put(entry, numbered("02:00:00:00:00:77", entry));
    assert.is(station.send(station.second, ...entries), DEPTH);
    const arrived: number[] = [];
    await eventually(() => arrivals(right, arrived).length === DEPTH, "they leave");

    for (let round = 0; round < 2; round++) {
      for (let number = 0; number < DEPTH; number++) left.write(numbered(left.mac, number));
      let received = 0;
      await eventually(() => {
        received += station.receive(station.first, 2 * DEPTH);
        return received === DEPTH;
      }, `all are received in round ${round}`);
    }
    station.close();
  });
});

flood("whatever is done in whatever order, frames are neither lost nor doubled", async () => {
  await withWires(async (left, right) => {
    const station = new Station([left, right], { umem: { frames: FRAMES } });
    const random = generator(20261121);
    const sent = new Set<number>();
    const arrived: number[] = [];
    let [written, held] = [0, 0];
    for (let step = 0; step < 3000; step++) {
      const count = Math.min(random(24), held);
      // The newest entries first, so that those that stay are 0 to held - 1.
      const entries = [...Array(count).keys()].map((i) => held - 1 - i);
      switch (random(5)) {
        case 0:
          for (let i = random(30); i > 0; i--) left.write(numbered(left.mac, written++));
          break;
        case 1:
          held += station.receive(station.first, held, Math.min(random(40), FRAMES - held));
          break;
        case 2: {
          const numbers = entries.map((entry) => numberOf(station.frame(entry)));
          const taken = station.send(station.second, ...entries);
          for (const number of numbers.slice(0, taken)) sent.add(number);
          station.release(...entries.slice(taken));
          held -= count;
          break;
        }
        case 3:
          station.release(...entries);
          held -= count;
          break;
        default:
          station.group.flush();
          arrivals(right, arrived);
      }
      const frames = station.group.frames;
      assert.is(frames.held, held, `step ${step}`);
      assert.is(total(frames), FRAMES, `step ${step}`);
    }
    station.release(...Array(held).keys());
    await eventually(() => {
      station.group.flush();
      station.release(...Array(station.receive(station.first)).keys());
      return arrivals(right, arrived).length >= sent.size;
    }, "all that was sent arrives");
    assert.ok(sent.size > 1000, `${sent.size} were sent`);
    assert.is(arrived.length, sent.size);
    assert.equal(new Set(arrived), sent);
    await settles(station);
    station.close();
  });
});

/** Numbers below a limit, the same in every run (a linear congruential generator). */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

flood.run();
