/** The packet loop leaves no work for the garbage collector. */
import { spawnSync } from "node:child_process";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const allocation = suite("the packet loop");

allocation("carries a million packets without a garbage collection", () => {
  const args = ["--expose-gc", "--trace-gc", "--import", "tsx", "test/host/programs/million.ts"];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const [, between = "", end = ""] = /^begin$([^]*)^end (.*)$/m.exec(stdout) ?? [];
  const [grown, sent] = end.split(" ").map(Number);

  assert.is(sent, 1_200_000, stdout + stderr);
  assert.not.match(between, /Scavenge|Mark-Compact/);
  assert.ok(grown! < 1_000_000, `the heap grew by ${grown} octets: one or more for each packet`);
});

allocation.run();
