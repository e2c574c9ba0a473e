import { createSocket } from "node:dgram";
import { closeSync, openSync } from "node:fs";
import * as assert from "uvu/assert";
import { type Device, open, wait } from "../index.js";
import { Slots } from "./packets.ts";
import { ip, isolated, refuses, uniqueName } from "./support.ts";
import { meanwhile, waitFor } from "./waiting.ts";

const waiting = isolated(import.meta.url, "wait");

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

waiting("says which devices have packets, by the bit of their place", async () => {
  const devices = [deviceOn(0), deviceOn(16), deviceOn(32)];
  const fds = Int32Array.from(devices, ({ fd }) => fd);
  await poke(32);
  assert.is((await waitFor(fds, 1000)).bits, 0b100);
  await poke(0);
  assert.is((await waitFor(fds, 1000)).bits, 0b101);

  assert.is(new Slots(4, 2048).read(devices[2]!), 1);
  assert.is((await waitFor(fds, 1000)).bits, 0b001);
  assert.is(new Slots(4, 2048).read(devices[0]!), 1);
  assert.is((await waitFor(fds, 0)).bits, 0);
  for (const device of devices) device.close();
});

waiting("is woken by a packet", async () => {
  const device = deviceOn(0);
  const send = `
    const socket = require("node:dgram").createSocket("udp4");
    socket.send("poke", 7, "192.0.2.2");`;
  const fds = Int32Array.of(device.fd);
  const times: number[] = [];
  for (let tries = 0; tries < 3; tries++) {
    const { bits, ms } = await meanwhile(send, () => waitFor(fds, 1000));
    assert.is(bits, 1);
    assert.is(new Slots(4, 2048).read(device), 1);
    times.push(ms);
  }
  assert.ok(Math.min(...times) < 500, `after ${times.join()} ms`);
  device.close();
});

waiting("is woken by the end of an interface, and reports it until it is left out", async () => {
  const device = deviceOn(0);
  const fds = Int32Array.of(device.fd);
  const remove = `require("node:child_process").execSync("ip link delete ${device.name}")`;
  assert.is((await meanwhile(remove, () => waitFor(fds, 1000))).bits, 1);
  assert.is((await waitFor(fds, 1000)).bits, 1);
  refuses("ENODEV", () => new Slots(4, 2048).read(device));
  device.close();
  fds[0] = device.fd;
  assert.is((await waitFor(fds, 10)).bits, 0);
});

waiting("passes over -1, and keeps the places of the others", async () => {
  const device = deviceOn(0);
  await poke(0);
  assert.is((await waitFor(Int32Array.of(-1, device.fd, -1), 1000)).bits, 0b010);
  device.close();
});

waiting("reports what is no descriptor", async () => {
  assert.is((await waitFor(Int32Array.of(-1, 100_000), 1000)).bits, 0b10);
});

waiting("has a bit for each of 31 descriptors", async () => {
  const alwaysReadable = openSync("/dev/zero", "r");
  const fds = new Int32Array(31).fill(alwaysReadable);
  assert.is((await waitFor(fds, 1000)).bits, 0x7fff_ffff);
  fds.fill(-1, 0, 30);
  assert.is((await waitFor(fds, 1000)).bits, 0x4000_0000);
  closeSync(alwaysReadable);
});

waiting("returns 0 after the timeout, which may be less than a millisecond", async () => {
  const device = deviceOn(0);
  const fds = Int32Array.of(device.fd);
  const shortest = async (timeout: number) => {
    const times: number[] = [];
    while (times.length < 20) {
      const { bits, ms } = await waitFor(fds, timeout);
      assert.is(bits, 0);
      times.push(ms);
    }
    return Math.min(...times);
  };

  const instant = await shortest(0);
  assert.ok(instant < 0.2, `${instant} ms for 0`);
  const fraction = await shortest(0.3);
  assert.ok(fraction >= 0.3 && fraction < 1, `${fraction} ms for 0.3`);
  const some = await shortest(20.5);
  assert.ok(some >= 20.5 && some < 40, `${some} ms for 20.5`);
  const { ms } = await waitFor(fds, 1000);
  assert.ok(ms >= 1000, `${ms} ms for 1000`);
  device.close();
});

waiting("takes up to 31 descriptors and a second", () => {
  const call =
    (...args: unknown[]) =>
    () =>
      wait(...(args as [Int32Array, number]));
  const fds = new Int32Array(0);

  assert.throws(call(new Int32Array(32), 0), /at most 31 descriptors/);
  for (const wrong of [[0], new Uint32Array(1), new Int32Array(1).buffer, undefined, null, 0]) {
    assert.throws(call(wrong, 0), isTypeError("fds must be an Int32Array"));
  }
  for (const wrong of [-0.001, 1000.001, NaN, Infinity]) {
    const message = `timeout must be 0 to 1000 milliseconds, since timers are late by as much`;
    assert.throws(
      call(fds, wrong),
      (error: unknown) => error instanceof RangeError && error.message.startsWith(message),
    );
  }
  for (const wrong of ["1", undefined, 1n]) {
    assert.throws(call(fds, wrong), isTypeError("timeout must be a number"));
  }
  assert.throws(call(fds), isTypeError("timeout must be a number"));
});

function isTypeError(message: string) {
  return (error: unknown) => error instanceof TypeError && error.message === message;
}

waiting.run();
