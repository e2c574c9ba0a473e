/**
 * Who runs where: all of the device under test on one processor (the receive threads of its veths,
 * and its process), all of the tester on another.
 *
 * They have real-time priority, lest other work of the machine be measured. The process comes
 * before the receive threads: otherwise these take packets only to drop them, as soon as it cannot
 * keep up. It is SCHED_RR, since under SCHED_FIFO V8's collector waits forever for threads of its
 * own. This process comes before all, for it could not end them otherwise; it sleeps while others
 * measure. Only the endpoints of TCP, which take turns on one processor, are ordinary processes, and
 * a process under test that never sleeps.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import type { Lab } from "../../host/demo/lab.ts";
import { inside } from "./inside.ts";

const UNDER_TEST = "0";
const TESTER = "1";

/** Priorities of SCHED_RR. Those of the two processors have nothing to do with each other. */
const PRIORITY = {
  receiving: "10",
  translating: "15",
  generator: "10",
  sink: "15",
  bench: "20",
} as const;

/**
 * Puts this process where it belongs, and with it the commands that it runs. What the kernel does in
 * its own thread of the processor under test gets the priority of receiving until this process
 * exits: it may be forwarding.
 */
export function comeFirst(): void {
  const own = String(process.pid);
  run("taskset", "-a", "-pc", TESTER, own);
  run("chrt", "-a", "--rr", "-p", PRIORITY.bench, own);
  for (const thread of threadsNamed((name) => name === `ksoftirqd/${UNDER_TEST}`)) {
    run("chrt", "--rr", "-p", PRIORITY.receiving, thread);
    process.once("exit", () => run("chrt", "--other", "-p", "0", thread));
  }
}

/**
 * What runs an ordinary process. It comes before all other ordinary ones, or after them. Linux shares
 * processors out among sessions, where it does, and only then among the processes of each.
 */
const FIRST = [...["chrt", "--other", "0"], ...withNice(-20)];
const LAST = [...["chrt", "--idle", "0"], ...withNice(19)];

/**
 * `command`, to be run as part of the device under test. One that spins is an ordinary process: with
 * real-time priority it would keep receive threads of a lower one from their part altogether, and
 * the kernel would take the processor from it for a while each second. So the receive threads come
 * before it, and under overload they take packets only to drop them.
 */
export function underTest(command: string[], poll: "block" | "spin" = "block"): string[] {
  const priority = poll === "spin" ? FIRST : ["chrt", "--rr", PRIORITY.translating];
  return ["taskset", "-c", UNDER_TEST, ...priority, ...command];
}

/** `command`, to be run as part of the tester: in its role, or else as an endpoint of TCP. */
export function asTester(command: string[], role?: "generator" | "sink"): string[] {
  const priority = role === undefined ? FIRST : ["chrt", "--rr", PRIORITY[role]];
  return ["taskset", "-c", TESTER, ...priority, ...command];
}

/**
 * Keeps the processor under test from halting, by work that gives way to any other. To wake it takes
 * a virtual machine longer than most rivals take for a packet, and some never let it halt.
 */
export function keepAwake(lab: Lab): void {
  lab.start("router", [
    ...["taskset", "-c", UNDER_TEST, ...LAST],
    ...["sh", "-c", "while :; do :; done"],
  ]);
}

/** Has `device` receive in threads of the processor under test. No other may have its name. */
export function receiveUnderTest(lab: Lab, place: string, device: string): void {
  // GRO makes a veth receive by NAPI, and only that can be had in threads.
  inside(lab, place, ["ethtool", "-K", device, "gro", "on"]);
  inside(lab, place, ["sh", "-c", `echo 1 > /sys/class/net/${device}/threaded`]);
  const threads = threadsNamed((name) => name.startsWith(`napi/${device}-`));
  if (threads.length === 0) {
    throw new Error(`${device}: there is no receive thread. Run it on Linux 5.12 or later.`);
  }
  for (const thread of threads) {
    inside(lab, place, ["taskset", "-pc", UNDER_TEST, thread]);
    inside(lab, place, ["chrt", "--rr", "-p", PRIORITY.receiving, thread]);
  }
}

/** Whether what `device` receives is forwarded by the processor under test, whoever sent it. */
export function steer(lab: Lab, place: string, device: string, state: "on" | "off"): void {
  const processors = state === "on" ? 1 << Number(UNDER_TEST) : 0;
  const path = `/sys/class/net/${device}/queues/rx-0/rps_cpus`;
  inside(lab, place, ["sh", "-c", `[ ! -e ${path} ] || echo ${processors.toString(16)} > ${path}`]);
}

/** Needs a session of its own. */
function withNice(nice: number): string[] {
  const session = "/proc/self/autogroup";
  const script = `[ ! -e ${session} ] || echo ${nice} > ${session}; exec nice -n ${nice} "$@"`;
  return ["sh", "-c", script, "sh"];
}

function threadsNamed(isWanted: (name: string) => boolean): string[] {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.filter((id) => isWanted(nameOf(id)));
}

function nameOf(process: string): string {
  try {
    return readFileSync(`/proc/${process}/comm`, "utf8").trim();
  } catch {
    // It has ended meanwhile.
    return "";
  }
}

function run(command: string, ...args: string[]): void {
  const { status } = spawnSync(command, args);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: failed. Run it as root.`);
}
