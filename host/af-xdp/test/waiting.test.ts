/** The sockets' descriptors, waited for as those of tun-tap are. */
import { wait } from "tun-tap";
import * as assert from "uvu/assert";
import { ipv4 } from "./frames.ts";
import { Station } from "./station.ts";
import { eventually, ip, isolated, refuses } from "./support.ts";
import { withWire, withWires } from "./wire.ts";

const waiting = isolated(import.meta.url, "waiting");

const A_WHILE_MS = 20;

/** Which of the sockets poll as readable, or failed, within a while: one bit each. */
function readable(station: Station): number {
  const fds = Int32Array.from(station.group.sockets, (socket) => socket.fd);
  return wait(fds, A_WHILE_MS) & 0xff;
}

waiting("a socket polls as readable while frames wait there, and not otherwise", async () => {
  await withWires(async (left, right) => {
    const station = new Station([left, right]);
    assert.is(readable(station), 0);

    right.write(ipv4({ mac: right.mac, to: "203.0.113.7" }));
    await eventually(() => readable(station) === 0b10, "the second is readable");
    left.write(ipv4({ mac: left.mac, to: "203.0.113.7" }));
    await eventually(() => readable(station) === 0b11, "both are readable");

    assert.is(station.carry(station.second, station.first), 1);
    assert.is(readable(station), 0b01);
    assert.is(station.carry(station.first, station.second), 1);
    assert.is(readable(station), 0);
    station.close();
  });
});

waiting(
  "the end of an interface never polls, but send, flush and statistics tell of it",
  async () => {
    await withWire((wire) => {
      const station = new Station([wire]);
      ip(`link delete ${wire.near}`);
      assert.is(readable(station), 0);
      assert.is(station.receive(station.first), 0);
      refuses("ENODEV", () => station.first.statistics());
      station.take(0, 1);
      station.put(0, ipv4({ mac: wire.mac, to: "203.0.113.7" }));
      refuses("ENODEV", () => station.send(station.first, 0));
      refuses("ENODEV", () => station.group.flush());
      station.close();
    });
  },
);

waiting("what is left to send and cannot be is told of the interface that is gone", async () => {
  await withWires((left, right) => {
    const station = new Station([left, right]);
    ip(`link set ${right.near} down`);
    station.take(0, 1);
    station.put(0, ipv4({ mac: right.mac, to: "203.0.113.7" }));
    assert.is(station.send(station.second, 0), 1);
    assert.is(station.group.flush(), 1);

    ip(`link delete ${right.near}`);
    assert.throws(() => station.group.flush(), new RegExp(`^${right.near}: sendto failed`));
    station.close();
  });
});

waiting.run();
