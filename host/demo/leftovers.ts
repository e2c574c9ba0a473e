/** What a demo leaves behind that was killed before it could clean up. */
import { spawnSync } from "node:child_process";
import type { Print } from "../ask.ts";
import { ownPidNamespace } from "./lab.ts";

/** The namespaces of a lab, with the process that made it and the PID namespace of that. */
const NAME = /^(provenat-(\d+)-(?:[a-z]+-)?(\d+)-[\w-]+)/;

/**
 * Removes the namespaces of demos that are no more, and ends the processes in them. A demo in
 * another PID namespace, as in a container that shares /run/netns, cannot be told dead from here.
 */
export function removeLeftovers(print: Print): void {
  for (const line of output("ip", ["netns", "list"])) {
    const [, name, maker, pidNamespace] = NAME.exec(line) ?? [];
    if (name === undefined) continue;
    if (pidNamespace !== ownPidNamespace()) {
      print(`${name}: made in another PID namespace. If that is gone: ip netns del ${name}`);
      continue;
    }
    if (isRunning(Number(maker))) continue;
    print(`Removing ${name}, left over from a demo that was killed ...`);
    for (const inhabitant of output("ip", ["netns", "pids", name])) end(Number(inhabitant));
    spawnSync("ip", ["netns", "del", name]);
  }
}

function output(command: string, args: string[]): string[] {
  const { stdout } = spawnSync(command, args, { encoding: "utf8" });
  return (stdout ?? "").split("\n").filter((line) => line !== "");
}

function isRunning(maker: number): boolean {
  try {
    return process.kill(maker, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function end(inhabitant: number): void {
  try {
    process.kill(inhabitant, "SIGTERM");
  } catch {
    // It has ended by itself meanwhile.
  }
}
