import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ask } from "../../host/control-client.ts";
import { whyNoLab } from "../../host/demo/obstacles.ts";
import { rejectionOf, temporaryFolder } from "./support.ts";

const DEVICES = ["--internal", "tun:natlan", "--external", "tun:natwan"];

/** As a user does beforehand. */
const MAKE_DEVICES = "ip tuntap add dev natlan mode tun && ip tuntap add dev natwan mode tun";

/** A network namespace of its own for each instance; nothing of it outlives the process. */
function isolated(script: string): string[] {
  const command = [process.execPath, "--import", "tsx", "host/cli.ts", "run"];
  return ["-n", "sh", "-c", script, "sh", ...command];
}

const rehearsal = ["-n", "sh", "-c", MAKE_DEVICES];
const isRehearsed = spawnSync("unshare", rehearsal).status === 0;
const obstacle = whyNoLab() ?? (isRehearsed ? undefined : "`unshare -n` makes no TUN device here.");
if (obstacle !== undefined) process.stderr.write(`skipped: run: ${obstacle}\n`);

interface Context {
  control: string;
  instance: Instance;
}

/** A running command, its lines and its end. */
class Instance {
  readonly process: ChildProcessWithoutNullStreams;
  readonly lines: string[] = [];
  readonly ended: Promise<number | null>;
  readonly ready: Promise<void>;

  constructor(control: string, ...more: string[]) {
    const args = [...DEVICES, "--external-address", "203.0.113.1", "--control", control, ...more];
    this.process = spawn("unshare", [...isolated(`${MAKE_DEVICES} && exec "$@"`), ...args]);
    this.ended = new Promise((resolve) => this.process.once("close", resolve));
    const lines = createInterface({ input: this.process.stderr });
    lines.on("line", (line) => this.lines.push(line));
    this.ready = new Promise((resolve) => lines.once("line", () => resolve()));
  }

  /** Runs a command in the instance's network. */
  network(...command: string[]): void {
    const { status, stderr } = spawnSync(
      "nsenter",
      ["-t", String(this.process.pid), "-n", ...command],
      { encoding: "utf8" },
    );
    assert.is(status, 0, stderr);
  }
}

const run = suite<Context>("run");

const test = obstacle === undefined ? run : run.skip;

if (obstacle === undefined) {
  run.before.each(async (context) => {
    context.control = join(temporaryFolder(), "control.sock");
    context.instance = new Instance(context.control, "--test-clock");
    await context.instance.ready;
  });
  run.after.each(async ({ instance }) => {
    instance.process.kill("SIGKILL");
    await instance.ended;
  });
}

test("says what it is once it is ready, and can be asked", async ({ instance, control }) => {
  assert.match(
    instance.lines[0]!,
    /^provenat: natlan <-> natwan as 203\.0\.113\.1, core sha256 [0-9a-f]{64}, control \//,
  );
  const status = await ask(control, { request: "status" });
  assert.is(status.internal, "natlan");
  assert.equal(status.mappings, { udp: 0, icmp: 0, tcp: 0 });
  const { clock } = await ask(control, { request: "advance", milliseconds: 500_000 });
  assert.ok(clock >= 501_000);
});

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const) {
  test(`ends with its totals and without its socket on ${signal}`, async (context) => {
    const { instance, control } = context;
    instance.process.kill(signal);

    assert.is(await instance.ended, 0);
    assert.match(
      instance.lines.at(-1)!,
      /^provenat: stopped after .* outbound, .* lost on writing$/,
    );
    assert.not(existsSync(control));
  });
}

test("refuses a device that is not there, and makes nothing", async () => {
  const args = [
    "--internal",
    "tun:natlna",
    ...DEVICES.slice(2),
    "--external-address",
    "203.0.113.1",
  ];
  const script = `${MAKE_DEVICES} && "$@"; ip -o link | grep -c natlna`;
  const { stdout, stderr } = spawnSync("unshare", [...isolated(script), ...args], {
    encoding: "utf8",
  });

  assert.match(
    stderr,
    /^provenat: --internal: there is no device "natlna"\. Make it first, as with/,
  );
  assert.is(stdout, "0\n");
});

test("ends with a sentence when a device is deleted", async ({ instance, control }) => {
  instance.network("ip", "link", "del", "natwan");

  assert.is(await instance.ended, 1);
  assert.match(instance.lines.at(-1)!, /^provenat: natwan: read failed: no such device \(ENODEV\)/);
  assert.not(existsSync(control));
});

test("goes on while a device is down", async ({ instance, control }) => {
  instance.network("ip", "link", "set", "natlan", "down");
  instance.network("ip", "link", "set", "natlan", "up");

  assert.is((await ask(control, { request: "status" })).internal, "natlan");
});

test("leaves a living instance its socket, and opens nothing", async ({ instance, control }) => {
  const second = new Instance(control);

  assert.is(await second.ended, 1);
  assert.match(second.lines[0]!, /another instance answers there/);
  assert.is((await ask(control, { request: "status" })).pid, instance.process.pid);
});

test("warns when the external address is the kernel's own", async () => {
  const script = `${MAKE_DEVICES} && ip link set lo up && ip addr add 203.0.113.1/32 dev lo && exec "$@"`;
  const control = join(temporaryFolder(), "own.sock");
  const args = [...DEVICES, "--external-address", "203.0.113.1", "--control", control];
  const process = spawn("unshare", [...isolated(script), ...args]);
  const lines: string[] = [];
  for await (const line of createInterface({ input: process.stderr })) {
    lines.push(line);
    if (lines.length === 1) process.kill("SIGTERM");
  }

  assert.match(lines.at(-2)!, /^provenat: 203\.0\.113\.1: configured on lo, .* proxy ARP/);
  assert.match(lines.at(-1)!, /^provenat: stopped after/);
});

test("keeps real time unless told otherwise", async () => {
  const control = join(temporaryFolder(), "real.sock");
  const instance = new Instance(control);
  await instance.ready;

  assert.is(
    await rejectionOf(ask(control, { request: "advance", milliseconds: 1 })),
    "advance: this instance keeps real time. Start it with --test-clock.",
  );
  instance.process.kill("SIGTERM");
  await instance.ended;
});

run.run();
