import { spawn, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { whyNoLab } from "../../../host/demo/obstacles.ts";

const demo = suite("demo");

const obstacle = whyNoLab();
if (obstacle !== undefined) process.stderr.write(`skipped: demo: ${obstacle}\n`);
const test = obstacle === undefined ? demo : demo.skip;

for (const signals of [["SIGINT"], ["SIGHUP", "SIGHUP"], ["SIGQUIT"]] as NodeJS.Signals[][]) {
  test(`leaves nothing behind on ${signals.join(" and ")}`, async () => {
    const child = spawn(process.execPath, ["--import", "tsx", "host/cli.ts", "demo"]);
    const ended = new Promise((resolve) => child.once("close", resolve));
    const lines: string[] = [];
    let during: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line !== "Sending traffic ...") continue;
      during = remains(child.pid!);
      for (const signal of signals) child.kill(signal);
    }

    assert.is(await ended, 1);
    assert.is(lines.at(-1), "Removing the lab ...");
    assert.ok(during.length > 1);
    assert.equal(remains(child.pid!), []);
  });
}

demo.run();

/** Network namespaces and temporary folders of the demo that is, or was, process `pid`. */
function remains(pid: number): string[] {
  const { stdout } = spawnSync("ip", ["netns", "list"], { encoding: "utf8" });
  const places = [...stdout.split("\n"), ...readdirSync(tmpdir())];
  return places.filter((name) => new RegExp(`^provenat-(demo-)?${pid}-`).test(name));
}
