/** What of the event loop wakes `wait`, and what it delays. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { constants, mkdtempSync, openSync, readFile, rmSync, writeFileSync } from "node:fs";
import { createServer, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import * as assert from "uvu/assert";
import { EVENT_LOOP, wait } from "../index.js";
import { ip, isolated, pause } from "./support.ts";
import { meanwhile, takeTurnsUntil, turn } from "./waiting.ts";

const eventLoop = isolated(import.meta.url, "the event loop");

const PACKAGE = JSON.stringify(new URL("../index.js", import.meta.url).href);
const NONE = new Int32Array(0);

/** Asserts that `isSo` comes about by `code` in another thread, and that this ends a wait. */
async function wakes(code: string, isSo: () => boolean): Promise<void> {
  assert.ok(await meanwhile(code, () => takeTurnsUntil(isSo)));
}

/** A pipe with a name, which both ends find. */
async function withPipe(body: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tun-tap-"));
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  try {
    await body(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

eventLoop("wakes it for a connection to a server", async () => {
  ip("link set lo up");
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on("error", () => {}).resume();
  });
  server.listen(7, "127.0.0.1");
  await once(server, "listening");

  await wakes(`require("node:net").connect(7, "127.0.0.1")`, () => connections === 1);
  server.close();
});

eventLoop("wakes it for a message from a worker", async () => {
  let message: unknown;
  const wasWoken = await meanwhile(`parentPort.postMessage("done")`, (worker) => {
    worker.once("message", (received) => (message = received));
    return takeTurnsUntil(() => message !== undefined);
  });
  assert.ok(wasWoken);
  assert.is(message, "done");
});

eventLoop("wakes it for a file that has been read", async () => {
  await withPipe(async (path) => {
    let text = "";
    readFile(path, "utf8", (_error, read) => (text = read));
    await wakes(`require("node:fs").writeFileSync("${path}", "read")`, () => text !== "");
    assert.is(text, "read");
  });
});

eventLoop("wakes it for the end of a child process", async () => {
  let hasEnded = false;
  const child = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
  child.on("exit", () => (hasEnded = true));
  await once(child, "spawn");
  await wakes(`process.kill(${child.pid})`, () => hasEnded);
});

eventLoop("is to run a signal's handler, for which it returns", async () => {
  let signals = 0;
  process.on("SIGUSR2", () => (signals += 1));
  await wakes(`process.kill(process.pid, "SIGUSR2")`, () => signals === 1);
  process.removeAllListeners("SIGUSR2");
});

eventLoop("is not woken for a timer, which is late by the timeout at most", async () => {
  for (let tries = 0; ; tries++) {
    let fired = 0;
    await turn();
    const from = performance.now();
    setTimeout(() => (fired = performance.now() - from), 10);
    const bits = wait(NONE, 100);
    await turn();
    if (bits === EVENT_LOOP && tries < 10) continue;

    assert.is(bits, 0);
    assert.ok(fired >= 100, `after ${fired} ms`);
    return;
  }
});

eventLoop("has to have its turn before a new descriptor wakes it", async () => {
  await withPipe(async (path) => {
    const results = { before: new Set<number>(), after: new Set<number>() };
    for (let tries = 0; tries < 10; tries++) {
      const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
      await turn();
      const socket = new Socket({ fd, writable: false }).resume();
      await new Promise<void>((resolve) => process.nextTick(resolve));
      writeFileSync(path, "before");
      results.before.add(wait(NONE, 10));
      await once(socket, "data");

      await turn();
      writeFileSync(path, "after");
      results.after.add(wait(NONE, 1000));
      socket.destroy();
      await once(socket, "close");
    }
    assert.ok(results.before.has(0), "it woke it each time");
    assert.equal([...results.after], [EVENT_LOOP]);
  });
});

eventLoop("of a worker is what the worker waits for", async () => {
  const script = `
    import(${PACKAGE}).then(({ wait }) => {
      const { parentPort } = require("node:worker_threads");
      parentPort.once("message", () => {});
      const report = () => {
        parentPort.postMessage("waits");
        parentPort.postMessage(wait(new Int32Array(0), 1000));
      };
      setTimeout(() => setImmediate(() => setImmediate(report)), 20);
    });`;
  const worker = new Worker(script, { eval: true, execArgv: [] });
  const messages: unknown[] = [];
  worker.on("message", (message) => {
    messages.push(message);
    if (message === "waits") setTimeout(() => worker.postMessage("wake up"), 30);
  });
  await once(worker, "exit");
  assert.equal(messages, ["waits", EVENT_LOOP]);
});

eventLoop("of a worker that is terminated wakes it", async () => {
  const script = `
    import(${PACKAGE}).then(({ wait }) => {
      const turn = () => {
        wait(new Int32Array(0), 1000);
        setImmediate(turn);
      };
      setImmediate(turn);
      require("node:worker_threads").parentPort.postMessage("waits");
    });`;
  const times: number[] = [];
  for (let tries = 0; tries < 3; tries++) {
    const worker = new Worker(script, { eval: true, execArgv: [] });
    await once(worker, "message");
    await pause(100);
    const from = performance.now();
    await worker.terminate();
    times.push(performance.now() - from);
  }
  assert.ok(Math.min(...times) < 500, `after ${times.join()} ms`);
});

eventLoop("has a bit above all others, as an unsigned number", () => {
  assert.is(EVENT_LOOP, 2 ** 31);
});

eventLoop.run();
