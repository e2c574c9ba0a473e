/**
 * Makes two network namespaces, as of demos whose process is no more: one made here, one made in
 * another PID namespace; each with a process in it. Removes what was left over, and prints what
 * became of them. To be run with a /run of its own.
 */
import { spawn, spawnSync } from "node:child_process";
import { ownPidNamespace } from "../../../host/demo/lab.ts";
import { removeLeftovers } from "../../../host/demo/leftovers.ts";

/** Above the highest process number of any Linux. */
const NOBODY = 99_999_999;

const own = ownPidNamespace();
const other = String(Number(own) + 1);
const printed: string[] = [];

const inhabitants = [own, other].map((pidNamespace) => {
  const name = `provenat-${NOBODY}-${pidNamespace}-h1`;
  spawnSync("ip", ["netns", "add", name]);
  return spawn("ip", ["netns", "exec", name, "sh", "-c", "echo here; exec sleep 60"]);
});
await Promise.all(inhabitants.map(({ stdout }) => new Promise((go) => stdout.once("data", go))));
const [mine] = inhabitants;
const ended = new Promise((resolve) => mine!.once("close", resolve));
removeLeftovers((line) => printed.push(line));
await ended;

const { stdout } = spawnSync("ip", ["netns", "list"], { encoding: "utf8" });
const isAlive = inhabitants.map(({ pid }) => spawnSync("kill", ["-0", String(pid)]).status === 0);
console.log(JSON.stringify({ own, other, printed, left: stdout.trim(), isAlive }));
inhabitants.forEach((inhabitant) => inhabitant.kill());
