/**
 * `provenat demo`: shows the NAT at work in a lab of network namespaces. Where it cannot make one, it
 * says why and carries a capture instead.
 */
import { spawn, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Print } from "../ask.ts";
import { demonstrateCapture } from "./capture.ts";
import { type Finding, conclusion, findingLine } from "./finding.ts";
import { Lab, type LabProcess } from "./lab.ts";
import { demoFolder, removeLeftovers, removeOldFolders } from "./leftovers.ts";
import { whyNoLab } from "./obstacles.ts";
import { programOf } from "./program.ts";
import { EXTERNAL_ADDRESS, INTERNAL_NETWORK, buildTopology } from "./topology.ts";
import { inspect, runTraffic } from "./traffic.ts";

/** Milliseconds after which the lab is given up. */
const PATIENCE = 90_000;

/** Set for the demo that runs in a user namespace. */
const INSIDE = "PROVENAT_DEMO_INSIDE";

/** Its own /run, since names of network namespaces lie there; then the command that follows. */
const PREPARE = 'mount -t tmpfs tmpfs /run && exec "$@"';
const UNSHARE = ["-Urnm", "sh", "-c", PREPARE, "sh"];

/** Runs the demo. Resolves to the exit code: 0 when all that could be shown was as it ought to be. */
export async function demonstrate(print: Print, signal: AbortSignal): Promise<number> {
  removeOldFolders();
  const reason = whyNoLab();
  if (reason === undefined) return inLab(print, signal);
  if (process.env[INSIDE] === undefined && canUnshare()) return inUserNamespace(signal);
  print(`No lab here: ${reason}`);
  print("So no device and no kernel takes part in what follows: only the core, on a capture.");
  print("");
  return demonstrateCapture(print, signal);
}

async function inLab(print: Print, signal: AbortSignal): Promise<number> {
  removeLeftovers(print);
  const lab = new Lab(`provenat-${process.pid}`);
  const folder = demoFolder();
  const findings: Finding[] = [];
  let isOver = false;
  const report = (finding: Finding): void => {
    if (isOver) return;
    findings.push(finding);
    print(findingLine(finding));
  };
  try {
    await untilAborted(signal, show(lab, join(folder, "control.sock"), print, report));
  } finally {
    isOver = true;
    print("Removing the lab ...");
    await lab.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const { isGood, text } = conclusion(findings);
  print(text);
  return isGood ? 0 : 1;
}

async function show(
  lab: Lab,
  control: string,
  print: Print,
  report: (finding: Finding) => void,
): Promise<void> {
  print("Building a lab: two hosts, a router with the NAT, two servers ...");
  buildTopology(lab);
  const nat = lab.start("rt", [
    ...programOf("cli"),
    ...["run", "--internal", "tun:natlan", "--external", "tun:natwan", "--control", control],
    ...["--external-address", EXTERNAL_ADDRESS, "--internal-network", INTERNAL_NETWORK],
  ]);
  print(await nat.line(/ core sha256 /));
  print("Sending traffic ...");
  await Promise.race([runTraffic(lab, report), failure(nat)]);
  await inspect(control, print, report);
}

/** Rejects when the NAT ends while it is needed. */
async function failure(nat: LabProcess): Promise<never> {
  await nat.ended();
  throw new Error(nat.complaint());
}

/** What `work` comes to, unless `signal` aborts or it takes too long. */
async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const timeout = AbortSignal.timeout(PATIENCE);
  const abort = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("demo: interrupted.")));
    timeout.addEventListener("abort", () => {
      reject(
        new Error(`demo: not done after ${PATIENCE / 1000} s. Run it on a less busy machine.`),
      );
    });
  });
  return Promise.race([work, abort]);
}

function canUnshare(): boolean {
  return spawnSync("unshare", [...UNSHARE, "true"]).status === 0;
}

/** The same demo as root of a user namespace. Resolves to its exit code. */
function inUserNamespace(signal: AbortSignal): Promise<number> {
  const command = [...UNSHARE, ...programOf("cli"), "demo"];
  const child = spawn("unshare", command, {
    stdio: "inherit",
    env: { ...process.env, [INSIDE]: "1" },
  });
  signal.addEventListener("abort", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
