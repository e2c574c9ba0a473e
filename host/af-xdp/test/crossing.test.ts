import { randomBytes } from "node:crypto";
import * as assert from "uvu/assert";
import type { Mode } from "../index.js";
import { ipv4 } from "./frames.ts";
import { Station, STRIDE } from "./station.ts";
import { eventually, ip, isolated, refuses } from "./support.ts";
import { withWires } from "./wire.ts";

const crossing = isolated(import.meta.url, "crossing");

for (const mode of ["native", "generic"] as Mode[]) {
  crossing(`frames arrive as they were, both ways, in ${mode} mode`, async () => {
    await withWires(async (left, right) => {
      const station = new Station([left, right], { mode });
      assert.equal([station.first.mode, station.second.mode], [mode, mode]);
      for (const [from, to, receiver, sender] of [
        [left, right, station.first, station.second],
        [right, left, station.second, station.first],
      ] as const) {
        const sent = [1, 26, 600, 1480].map((octets) =>
          ipv4({ mac: from.mac, to: "203.0.113.7", payload: randomBytes(octets) }),
        );
        for (const frame of sent) from.write(frame);
        const arrived: Buffer[] = [];
        await eventually(() => {
          station.carry(receiver, sender);
          arrived.push(...to.read());
          return arrived.length === sent.length;
        }, "all arrived");
        assert.equal(arrived, sent);
      }
      station.close();
    });
  });
}

crossing("a frame may begin and end anywhere in its chunk when it is sent", async () => {
  await withWires(async (left, right) => {
    const station = new Station([left, right], { umem: { headroom: 64 } });
    const frame = ipv4({ mac: left.mac, to: "203.0.113.7", payload: randomBytes(100) });
    left.write(frame);
    left.write(frame);
    await eventually(() => station.receive(station.first) === 2, "they are received");
    const within = (station.table[0]! - station.start) % 2048;
    assert.ok(within >= 256 + 64, "the headroom is there");

    const [longer, shorter] = [1400, 20].map((octets) =>
      ipv4({ mac: left.mac, to: "203.0.113.8", payload: randomBytes(octets) }),
    ) as [Buffer, Buffer];
    station.table[0]! -= within;
    station.put(0, longer);
    station.table[STRIDE]! += 2048 - within - shorter.length;
    station.put(1, shorter);
    assert.is(station.send(station.second, 0, 1), 2);
    const arrived: Buffer[] = [];
    await eventually(() => arrived.push(...right.read()) === 2, "they arrive");
    assert.equal(arrived, [longer, shorter]);
    station.close();
  });
});

crossing("a frame of the caller's own making leaves", async () => {
  await withWires(async (left) => {
    const station = new Station([left]);
    const frame = ipv4({ mac: "02:00:00:00:00:77", to: "203.0.113.7" });
    assert.is(station.take(3, 1), 1);
    assert.is(station.table[3 * STRIDE + 1], 0);
    station.put(3, frame);
    assert.is(station.send(station.first, 3), 1);
    let arrived: Buffer[] = [];
    await eventually(() => (arrived = left.read()).length === 1, "it arrives");
    assert.equal(arrived[0], frame);
    station.close();
  });
});

crossing("a shared memory serves as well", async () => {
  await withWires(async (left, right) => {
    const limits = { initial: 9, maximum: 9, shared: true };
    const memory = new Uint8Array(new WebAssembly.Memory(limits).buffer);
    const station = new Station([left, right], { memory });
    left.write(ipv4({ mac: left.mac, to: "203.0.113.7" }));
    await eventually(() => station.carry(station.first, station.second) === 1, "it is carried");
    await eventually(() => right.read().length === 1, "it arrives");
    station.close();
  });
});

crossing("an interface that is down carries frames once it is up", async () => {
  await withWires(async (left, right) => {
    ip(`link set ${left.near} down`);
    const station = new Station([left, right]);
    ip(`link set ${left.near} up`);
    const frame = ipv4({ mac: left.mac, to: "203.0.113.7" });
    await eventually(() => {
      left.write(frame);
      station.carry(station.first, station.second);
      return right.read().length > 0;
    }, "it arrives");
    station.close();
  });
});

crossing("what is closed carries nothing, and may be closed again", async () => {
  await withWires(async (left) => {
    const station = new Station([left]);
    assert.match(ip(`link show ${left.near}`), /prog\/xdp/);
    station.close();
    station.close();
    assert.not.match(ip(`link show ${left.near}`), /prog\/xdp/);
    assert.is(station.first.fd, -1);
    refuses("EBADF", () => station.receive(station.first));
    refuses("EBADF", () => station.send(station.first));
    refuses("EBADF", () => station.group.flush());
    refuses("EBADF", () => station.first.statistics());
  });
});

crossing.run();
