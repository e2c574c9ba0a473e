/**
 * Where the tests run: each file in a network namespace of its own, in a process of its own, so
 * that no device or address of theirs is ever seen by the machine, and all vanish with the process.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DeviceError } from "../index.js";

type Body = () => void | Promise<void>;

/** A suite of uvu's kind, as far as these tests need one. */
export interface Suite {
  (name: string, body: Body): void;
  run(): void;
}

/** What the inner process says of each test: the stack of its failure, or "". */
interface Outcome {
  name: string;
  failure: string;
}

const INSIDE = "AF_XDP_TEST_INSIDE";
const TIMEOUT_MS = 120_000;

/** The suite `name` of the test file `url`. It is skipped, and says why, where it cannot run. */
export function isolated(url: string, name: string): Suite {
  const tests = new Map<string, Body>();
  const add = (test: string, body: Body) => void tests.set(test, body);
  const run = process.env[INSIDE] ? () => runInside(tests) : () => runOutside(url, name, tests);
  return Object.assign(add, { run });
}

/** What iproute2's `ip` prints, with the words of `command` as its arguments. */
export function ip(command: string): string {
  return execFileSync("ip", command.split(" "), { encoding: "utf8" });
}

/** Asserts that `attempt` throws a DeviceError with this code. */
export function refuses(code: string, attempt: () => unknown): void {
  assert.throws(attempt, (error: unknown) => error instanceof DeviceError && error.code === code);
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Asks again and again until `isSo`, for two seconds at most. */
export async function eventually(isSo: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (isSo()) return;
    await pause(10);
  }
  throw new Error(`not within two seconds: ${what}`);
}

async function runInside(tests: Map<string, Body>): Promise<void> {
  // Else every interface that comes up sends router solicitations, which the tests would read.
  writeFileSync("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
  for (const [name, body] of tests) {
    let failure = "";
    try {
      await body();
    } catch (error) {
      failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    process.send?.({ name, failure } satisfies Outcome);
  }
  process.disconnect();
}

function runOutside(url: string, name: string, tests: Map<string, Body>): void {
  const outer = suite(name);
  const lacking = whatIsLacking();
  if (lacking) process.stderr.write(`skipped: ${name}: ${lacking}.\n`);

  let outcomes: Promise<Map<string, string>> | undefined;
  for (const test of tests.keys()) {
    const report = lacking ? outer.skip : outer;
    report(test, async () => {
      outcomes ??= outcomesOf(url);
      const failure = (await outcomes).get(test) ?? "it was never finished";
      if (failure) throw Object.assign(new Error(failure.split("\n")[0]), { stack: failure });
    });
  }
  outer.run();
}

function outcomesOf(url: string): Promise<Map<string, string>> {
  const outcomes = new Map<string, string>();
  const file = fileURLToPath(url);
  const command = ["--net", process.execPath, "--import", "tsx", file];
  const child: ChildProcess = spawn("unshare", command, {
    env: { ...process.env, [INSIDE]: "1" },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  child.on("message", ({ name, failure }: Outcome) => outcomes.set(name, failure));
  return new Promise((resolve) => child.on("close", () => resolve(outcomes)));
}

/** Why no socket can be opened here, as the end of a sentence; "" if one can. */
export function whatIsLacking(): string {
  for (const addon of ["../build/af_xdp.node", "../../tun-tap/build/tun_tap.node"]) {
    if (!existsSync(new URL(addon, import.meta.url))) return "an addon is not built";
  }
  if (!existsSync("/dev/net/tun")) return "there is no /dev/net/tun";
  if (process.getuid?.() !== 0) return "bpf(2) needs root";
  const trial = "ip link add name a type veth peer name b && ip link add name c type bridge";
  if (spawnSync("unshare", ["--net", "sh", "-c", trial]).status !== 0) {
    return "no namespace with a veth and a bridge can be made here (needs unshare and ip)";
  }
  return "";
}
