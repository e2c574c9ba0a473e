/**
 * Who runs where: all of the device under test on one processor (the receive threads of its veths,
 * and Node), all of the tester on another.
 *
 * They have real-time priority, lest other work of the machine be measured. Node comes before the
 * receive threads: otherwise these take packets only to drop them, as soon as it cannot keep up.
 * It is SCHED_RR, since under SCHED_FIFO V8's collector waits forever for threads of its own. Only
 * the endpoints of TCP, which take turns on one processor, are ordinary processes that come first.
 */
import { readFileSync, readdirSync } from "node:fs";
import type { Lab } from "../../host/demo/lab.ts";
import { inside } from "./inside.ts";

const UNDER_TEST = "0";
const TESTER = "1";

/** Priorities of SCHED_RR. Those of the two processors have nothing to do with each other. */
const PRIORITY = { receiving: "10", translating: "15", generator: "10", sink: "15" } as const;

/** `command`, to be run as part of the device under test. */
export function underTest(command: string[]): string[] {
  return ["taskset", "-c", UNDER_TEST, "chrt", "--rr", PRIORITY.translating, ...command];
}

/** `command`, to be run as part of the tester: in its role, or else as an endpoint of TCP. */
export function asTester(command: string[], role?: "generator" | "sink"): string[] {
  const priority = role === undefined ? ["nice", "-n", "-20"] : ["chrt", "--rr", PRIORITY[role]];
  return ["taskset", "-c", TESTER, ...priority, ...command];
}

/** Has `device` receive in threads of the processor under test. No other may have its name. */
export function receiveUnderTest(lab: Lab, place: string, device: string): void {
  // GRO makes a veth receive by NAPI, and only that can be had in threads.
  inside(lab, place, ["ethtool", "-K", device, "gro", "on"]);
  inside(lab, place, ["sh", "-c", `echo 1 > /sys/class/net/${device}/threaded`]);
  const threads = receiveThreads(device);
  if (threads.length === 0) {
    throw new Error(`${device}: there is no receive thread. Run it on Linux 5.12 or later.`);
  }
  for (const thread of threads) {
    inside(lab, place, ["taskset", "-pc", UNDER_TEST, thread]);
    inside(lab, place, ["chrt", "--rr", "-p", PRIORITY.receiving, thread]);
  }
}

function receiveThreads(device: string): string[] {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.filter((id) => nameOf(id).startsWith(`napi/${device}-`));
}

function nameOf(process: string): string {
  try {
    return readFileSync(`/proc/${process}/comm`, "utf8");
  } catch {
    // It has ended meanwhile.
    return "";
  }
}
