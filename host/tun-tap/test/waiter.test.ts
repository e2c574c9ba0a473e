import { createSocket } from "node:dgram";
import { closeSync, openSync } from "node:fs";
import * as assert from "uvu/assert";
import { type Device, open, Waiter } from "../index.js";
import { Slots } from "./packets.ts";
import { eventually, ip, isolated, pause, uniqueName } from "./support.ts";

const waiter = isolated(import.meta.url, "waiter");

/** Long enough for a thread to have called back, had it been going to. */
const A_WHILE_MS = 50;

/** A waiter and what it has called back with so far, as [ready, failed]. */
class Watched {
  readonly calls: Array<[number, number]> = [];
  readonly waiter: Waiter;

  constructor(...devices: Device[]) {
    const fds = devices.map((device) => device.fd);
    this.waiter = new Waiter(fds, (...call) => void this.calls.push(call));
  }

  async called(times: number): Promise<void> {
    await eventually(() => this.calls.length >= times, `called ${times} times`);
    await pause(A_WHILE_MS);
    assert.is(this.calls.length, times);
  }
}

/** A TUN whose network is 192.0.2.`network`/28, so that `poke` can choose it. */
function deviceOn(network: number): Device {
  const device = open({ kind: "tun", name: uniqueName() });
  ip(`address add 192.0.2.${network + 1}/28 dev ${device.name}`);
  return device;
}

/** Makes the kernel give one packet to the device on `network`. */
async function poke(network: number): Promise<void> {
  const socket = createSocket("udp4");
  await new Promise((resolve) => socket.send("poke", 7, `192.0.2.${network + 2}`, resolve));
  socket.close();
}

waiter("calls back once for each time it is armed, and is quiet otherwise", async () => {
  const device = deviceOn(0);
  const watched = new Watched(device);
  await poke(0);
  await watched.called(0);

  watched.waiter.arm();
  watched.waiter.arm();
  await watched.called(1);
  watched.waiter.arm();
  await watched.called(2);
  assert.is(new Slots(4, 2048).read(device), 1);
  watched.waiter.arm();
  await watched.called(2);
  await poke(0);
  await watched.called(3);
  watched.waiter.close();
  device.close();
});

waiter("says which devices are ready, by the bit of their place", async () => {
  const devices = [deviceOn(0), deviceOn(16), deviceOn(32)];
  const watched = new Watched(...devices);
  await poke(32);
  watched.waiter.arm();
  await watched.called(1);
  await poke(0);
  watched.waiter.arm();
  await watched.called(2);

  assert.equal(watched.calls, [
    [0b100, 0],
    [0b101, 0],
  ]);
  watched.waiter.close();
  for (const device of devices) device.close();
});

waiter("reports a device deleted while it waits as failed", async () => {
  const device = deviceOn(0);
  const watched = new Watched(device);
  watched.waiter.arm();
  await watched.called(0);
  ip(`link delete ${device.name}`);

  await watched.called(1);
  assert.equal(watched.calls, [[0, 1]]);
  watched.waiter.close();
  device.close();
});

waiter("lets go of a device that is closed, even if its descriptor is another file's", async () => {
  const [closed, kept] = [deviceOn(0), deviceOn(16)];
  const watched = new Watched(closed, kept);
  const fd = closed.fd;
  watched.waiter.arm();
  await pause(A_WHILE_MS);
  closed.close();
  const alwaysReadable = openSync("/dev/zero", "r");
  assert.is(alwaysReadable, fd);
  await watched.called(0);

  await poke(16);
  await watched.called(1);
  assert.equal(watched.calls, [[0b10, 0]]);
  watched.waiter.close();
  closeSync(alwaysReadable);
  kept.close();
});

waiter("does not report a device closed between the event and the call", async () => {
  const [closed, kept] = [deviceOn(0), deviceOn(16)];
  const watched = new Watched(closed, kept);
  await poke(0);
  watched.waiter.arm();
  blockFor(A_WHILE_MS);
  closed.close();
  await watched.called(0);

  await poke(16);
  await watched.called(1);
  watched.waiter.close();
  kept.close();
});

waiter("never calls back once closed, be it armed or about to call", async () => {
  const device = deviceOn(0);
  const armed = new Watched(device);
  const due = new Watched(device);
  armed.waiter.arm();
  armed.waiter.close();
  armed.waiter.close();
  armed.waiter.arm();
  await poke(0);
  due.waiter.arm();
  blockFor(A_WHILE_MS);
  due.waiter.close();

  await armed.called(0);
  await due.called(0);
  device.close();
});

waiter("may be armed or closed by its own callback", async () => {
  const device = deviceOn(0);
  let calls = 0;
  const self = new Waiter([device.fd], () => {
    calls += 1;
    if (calls < 10) self.arm();
    else self.close();
  });
  await poke(0);
  self.arm();
  await eventually(() => calls === 10, "called ten times");
  device.close();
});

waiter("leaves the event loop free while it waits, and between calls", async () => {
  const device = deviceOn(0);
  let calls = 0;
  const busy = new Waiter([device.fd], () => {
    calls += 1;
    busy.arm();
  });
  busy.arm();
  await pause(1);
  assert.is(calls, 0);

  await poke(0);
  await pause(20);
  assert.ok(calls > 0);
  busy.close();
  device.close();
});

waiter("calls what is no descriptor failed", async () => {
  const calls: number[] = [];
  const lost = new Waiter([100_000], (_ready, failed) => void calls.push(failed));
  lost.arm();
  await eventually(() => calls.length > 0, "called");
  assert.equal(calls, [1]);
  lost.close();
});

waiter("takes 1 to 32 descriptors and a function", () => {
  const callback = () => {};
  assert.throws(() => new Waiter([], callback), /1 to 32/);
  assert.throws(() => new Waiter(Array(33).fill(0), callback), /1 to 32/);
  assert.throws(() => new Waiter([-1], callback), /whole number/);
  assert.throws(() => new Waiter([2 ** 31], callback), /file descriptor/);
  assert.throws(() => new Waiter("0" as unknown as number[], callback), TypeError);
  assert.throws(() => new Waiter([0], undefined as unknown as () => void), TypeError);
  new Waiter(Array(32).fill(0), callback).close();
});

function blockFor(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

waiter.run();
