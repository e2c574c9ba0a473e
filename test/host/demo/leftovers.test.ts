import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ownPidNamespace } from "../../../host/demo/lab.ts";
import { demoFolder, removeOldFolders } from "../../../host/demo/leftovers.ts";
import { temporaryFolder } from "../support.ts";

const leftovers = suite("leftovers");

/** A /run of its own, since names of network namespaces lie there. */
const PREPARE = 'mount -t tmpfs tmpfs /run && ip netns add probe && exec "$@"';
const ISOLATED = ["-m", "sh", "-c", PREPARE, "sh"];

const canIsolate = spawnSync("unshare", [...ISOLATED, "true"]).status === 0;
if (!canIsolate)
  process.stderr.write("skipped: leftovers: no network namespace can be made here.\n");
const test = canIsolate ? leftovers : leftovers.skip;

test("of a demo in another PID namespace are told of, and left alone", () => {
  const program = ["--import", "tsx", "test/host/programs/leftovers.ts"];
  const { stdout, stderr } = spawnSync("unshare", [...ISOLATED, process.execPath, ...program], {
    encoding: "utf8",
  });
  assert.is(stderr, "");
  const { own, other, printed, left, isAlive } = JSON.parse(stdout) as {
    own: string;
    other: string;
    printed: string[];
    left: string;
    isAlive: boolean[];
  };
  const name = (pidNamespace: string): string => `provenat-99999999-${pidNamespace}-h1`;

  assert.equal(printed.sort(), [
    `Removing ${name(own)}, left over from a demo that was killed ...`,
    `${name(other)}: made in another PID namespace. If that is gone: ip netns del ${name(other)}`,
  ]);
  assert.equal(isAlive, [false, true]);
  assert.not.match(left, name(own));
  assert.match(left, name(other));
});

leftovers("of a demo that is no more are removed from the temporary folder, and no others", () => {
  const { TMPDIR } = process.env;
  const folder = (process.env["TMPDIR"] = temporaryFolder());
  const own = ownPidNamespace();
  const names = {
    dead: `provenat-demo-99999999-${own}-abcdef`,
    foreign: `provenat-demo-99999999-${Number(own) + 1}-abcdef`,
    link: `provenat-demo-99999998-${own}-abcdef`,
    other: "provenat-demo-abcdef",
  };
  try {
    for (const name of [names.dead, names.foreign, names.other]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, names.dead, "control.sock"), "");
    symlinkSync(names.other, join(folder, names.link));
    const living = basename(demoFolder());
    removeOldFolders();

    assert.equal(
      readdirSync(folder).sort(),
      [names.foreign, names.link, names.other, living].sort(),
    );
  } finally {
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
  }
});

leftovers.run();
