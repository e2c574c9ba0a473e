/** What stays of a group whose process has died, and what comes after it. */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as assert from "uvu/assert";
import type { Mode } from "../index.js";
import { ipv4 } from "./frames.ts";
import { EVERYTHING, Station } from "./station.ts";
import { eventually, ip, isolated, pause, refuses } from "./support.ts";
import { type Wire, withWire, withWires } from "./wire.ts";

const takeover = isolated(import.meta.url, "takeover");

const PACKAGE = JSON.stringify(new URL("../index.js", import.meta.url).href);
const A_WHILE_MS = 100;

const collectGarbage = garbageCollector();

function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}

/** A process that opens a group on these interfaces, and holds it until it is killed. */
async function holder(mode: Mode, ...names: string[]): Promise<ChildProcess> {
  const interfaces = names.map((name) => ({ name, take: EVERYTHING }));
  const script = `
    import { openGroup } from ${PACKAGE};
    const memory = new Uint8Array(new WebAssembly.Memory({ initial: 8, maximum: 8 }).buffer);
    globalThis.group = openGroup({
      memory, umem: { start: 0, frames: 256 }, mode: "${mode}",
      interfaces: ${JSON.stringify(interfaces)},
    });
    console.log("open");
    process.stdin.on("end", () => process.exit()).resume(); // also if the test itself is killed`;
  const command = ["--input-type=module", "--eval", script];
  const child = spawn(process.execPath, command, {
    stdio: ["pipe", "pipe", "inherit"],
    timeout: 20_000,
    killSignal: "SIGKILL",
  });
  await new Promise((resolve, reject) => {
    child.stdout!.once("data", resolve);
    child.once("close", () => reject(new Error("the holder ended")));
  });
  return child;
}

function kill(child: ChildProcess): Promise<unknown> {
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  return ended;
}

/** Lets the kernel forward from left to right, and returns a frame that it would. */
function routed(left: Wire, right: Wire): Buffer {
  writeFileSync("/proc/sys/net/ipv4/ip_forward", "1");
  ip(`address add 192.0.2.1/24 dev ${left.near}`);
  ip(`address add 198.51.100.1/24 dev ${right.near}`);
  ip(`neighbour add 198.51.100.7 lladdr 02:00:00:00:00:77 dev ${right.near}`);
  return ipv4({ mac: left.mac, to: "198.51.100.7" });
}

for (const mode of ["native", "generic"] as Mode[]) {
  takeover(
    `nothing crosses when the process is killed, and the next takes over: ${mode}`,
    async () => {
      await withWires(async (left, right) => {
        const frame = routed(left, right);
        left.write(frame);
        await eventually(() => right.read().length === 1, "the kernel forwards");

        const child = await holder(mode, left.near, right.near);
        await kill(child);
        left.write(frame);
        await pause(A_WHILE_MS);
        assert.equal(right.read(), []);

        const station = new Station([left, right]);
        assert.is(station.first.mode, mode);
        left.write(frame);
        await eventually(() => station.carry(station.first, station.second) === 1, "it is carried");
        await eventually(() => right.read().length === 1, "it arrives");

        station.close();
        left.write(frame);
        await eventually(() => right.read().length === 1, "the kernel forwards again");
      });
    },
  );
}

takeover("what is closed without detaching drops, too", async () => {
  await withWires(async (left, right) => {
    const frame = routed(left, right);
    new Station([left, right]).group.close({ detach: false });
    left.write(frame);
    await pause(A_WHILE_MS);
    assert.equal(right.read(), []);
    new Station([left, right], { mode: "generic" }).close();
    left.write(frame);
    await eventually(() => right.read().length === 1, "the kernel forwards again");
  });
});

takeover(
  "an interface without native XDP gets generic, and stays closed if that is refused",
  () => {
    ip("link add plain type bridge");
    ip("link set plain up");
    refuses("ENOTSUP", () => new Station([{ near: "plain" }], { mode: "native" }));
    assert.not.match(ip("link show plain"), /prog\/xdp/);

    const station = new Station([{ near: "plain" }]);
    assert.is(station.first.mode, "generic");
    station.group.close({ detach: false });
    refuses("ENOTSUP", () => new Station([{ near: "plain" }], { mode: "native" }));
    assert.match(ip("link show plain"), /af_xdp_take/);

    new Station([{ near: "plain" }]).close();
    assert.not.match(ip("link show plain"), /prog\/xdp/);
    ip("link delete plain");
  },
);

takeover("a queue that a living process has is left to it", async () => {
  await withWire(async (wire) => {
    const child = await holder("native", wire.near);
    refuses("EBUSY", () => new Station([wire]));
    assert.match(ip(`link show ${wire.near}`), /af_xdp_take/);
    await kill(child);
    new Station([wire]).close();
  });
});

takeover("one group after the other, at once, and no descriptor is left", async () => {
  await withWires(async (left, right) => {
    const before = descriptors();
    for (let round = 0; round < 10; round++) {
      const station = new Station([left, right]);
      left.write(ipv4({ mac: left.mac, to: "203.0.113.7" }));
      await eventually(() => station.carry(station.first, station.second) === 1, "it is carried");
      station.close();
    }
    assert.is(descriptors(), before);
  });
});

takeover("a group that nobody holds any more closes, and its program drops", async () => {
  await withWires(async (left, right) => {
    const frame = routed(left, right);
    const before = descriptors();
    new Station([left, right]);
    await eventually(() => (collectGarbage(), descriptors() === before), "it is closed");
    left.write(frame);
    await pause(A_WHILE_MS);
    assert.equal(right.read(), []);
    new Station([left, right]).close();
  });
});

function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

takeover.run();
