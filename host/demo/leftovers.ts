/** What a demo leaves behind that was killed before it could clean up. */
import { spawnSync } from "node:child_process";
import { lstatSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

/** The folder of a demo, with its process and the PID namespace of that. */
const FOLDER = /^provenat-demo-(\d+)-(\d+)-/;

/** Makes a folder for the demo of this process, which is gone when that exits at the latest. */
export function demoFolder(): string {
  const name = `provenat-demo-${process.pid}-${ownPidNamespace()}-`;
  const path = mkdtempSync(join(tmpdir(), name));
  process.once("exit", () => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Removes this user's folders of demos that are no more, of this PID namespace. */
export function removeOldFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const [, maker, pidNamespace] = FOLDER.exec(name) ?? [];
    if (pidNamespace !== ownPidNamespace() || isRunning(Number(maker))) continue;
    const path = join(tmpdir(), name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    // Nobody else can put links into a folder of ours while it is being removed.
    if (!found?.isDirectory() || found.uid !== process.getuid?.()) continue;
    rmSync(path, { recursive: true, force: true });
  }
}

function output(command: string, args: string[]): string[] {
  const { stdout } = spawnSync(command, args, { encoding: "utf8" });
  return (stdout ?? "").split("\n").filter((line) => line !== "");
}

/** Whether `maker` can still clean up: what has ended but was not waited for cannot. */
function isRunning(maker: number): boolean {
  try {
    process.kill(maker, 0);
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${maker}/status`, "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== "ESRCH" && code !== "ENOENT";
  }
}

function end(inhabitant: number): void {
  try {
    process.kill(inhabitant, "SIGTERM");
  } catch {
    // It has ended by itself meanwhile.
  }
}
