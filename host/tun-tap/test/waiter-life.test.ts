/** How a waiter ends: by close(), with its process, or with its worker. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import * as assert from "uvu/assert";
import { open, Waiter } from "../index.js";
import { eventually, isolated, uniqueName } from "./support.ts";

const waiter = isolated(import.meta.url, "waiter's life");

const PACKAGE = JSON.stringify(new URL("../index.js", import.meta.url).href);

/** Runs `body` in a process of its own, with `device` and `waiter` at hand. */
function runScript(body: string) {
  const script = `
    import { open, Waiter } from ${PACKAGE};
    const device = open({ kind: "tun" });
    const waiter = new Waiter([device.fd], () => {});
    ${body}`;
  const command = ["--input-type=module", "--eval", script];
  return spawnSync(process.execPath, command, { encoding: "utf8", timeout: 1000 });
}

waiter("leaves no thread and no descriptor behind", () => {
  const device = open({ kind: "tun", name: uniqueName() });
  const count = () => [readdirSync("/proc/self/task").length, readdirSync("/proc/self/fd").length];
  const before = count();
  for (let i = 0; i < 200; i++) {
    const fleeting = new Waiter([device.fd], () => {});
    if (i % 2) fleeting.arm();
    fleeting.close();
  }
  assert.equal(count(), before);
  device.close();
});

waiter("keeps the process alive while open, and no longer", () => {
  assert.is(runScript("waiter.arm();").signal, "SIGTERM");
  assert.is(runScript("waiter.arm(); waiter.close();").status, 0);
  assert.is(runScript("waiter.arm(); waiter.unref();").status, 0);
  assert.is(runScript("waiter.unref().ref().close();").status, 0);
});

waiter("does not hold up process.exit()", () => {
  assert.is(runScript("waiter.arm(); process.exit(7);").status, 7);
});

waiter("makes what its callback throws an uncaught exception", () => {
  const { status, stderr } = runScript(`
    const failing = new Waiter([100000], () => { throw new Error("from the callback") });
    failing.arm();`);
  assert.is(status, 1);
  assert.match(stderr, /Error: from the callback/);
});

waiter("ends with its worker, even amid calls, and so does the worker's device", async () => {
  const name = uniqueName();
  const script = `
    import(${PACKAGE}).then((tunTap) => {
      const device = tunTap.open({ kind: "tun", name: ${JSON.stringify(name)} });
      new tunTap.Waiter([device.fd], () => {}).arm();
      const alwaysReadable = require("node:fs").openSync("/dev/zero");
      for (let i = 0; i < 4; i++) {
        const busy = new tunTap.Waiter([alwaysReadable], () => busy.arm());
        busy.arm();
      }
      require("node:worker_threads").parentPort.postMessage("armed");
    });`;
  const threads = () => readdirSync("/proc/self/task").length;
  const before = threads();
  for (let i = 0; i < 20; i++) {
    const worker = new Worker(script, { eval: true });
    await new Promise((resolve) => worker.once("message", resolve));
    await worker.terminate();
    await eventually(() => threads() === before, "its threads have ended");
    assert.not.match(readFileSync("/proc/net/dev", "utf8"), name);
  }
});

waiter.run();
