/** The packet loop leaves no work for the garbage collector. */
import { spawnSync } from "node:child_process";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const allocation = suite("the packet loop");

for (const [what, requests] of [
  ["packets", 0],
  // For the gateway's Ethernet address.
  ["frames", 1],
] as const) {
  allocation(`carries a million ${what} without a garbage collection`, () => {
    const program = ["--import", "tsx", "test/host/programs/million.ts", what];
    const args = ["--expose-gc", "--trace-gc", ...program];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    const [, between = "", end = ""] = /^begin$([^]*)^end (.*)$/m.exec(stdout) ?? [];
    const [grown, sent] = end.split(" ").map(Number);

    assert.is(sent, 1_200_000 + requests, stdout + stderr);
    assert.not.match(between, /Scavenge|Mark-Compact/);
    assert.ok(grown! < 1_000_000, `the heap grew by ${grown} octets: one or more for each packet`);
  });
}

allocation.run();
