/** What a demo leaves behind that was killed before it could clean up. */
import { spawnSync } from "node:child_process";
import type { Print } from "../ask.ts";

/** The namespaces of a lab, with the process that made it. */
const NAME = /^(provenat-(\d+)-[\w-]+)/;

/** Removes the namespaces of demos that are no more, and ends the processes in them. */
export function removeLeftovers(print: Print): void {
  for (const line of output("ip", ["netns", "list"])) {
    const [, name, maker] = NAME.exec(line) ?? [];
    if (name === undefined || isRunning(Number(maker))) continue;
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
