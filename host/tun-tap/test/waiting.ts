/** What the tests of `wait` share: calling it in turns, and a thread that acts meanwhile. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { EVENT_LOOP, wait } from "../index.js";

/** A turn of the event loop, up to what `setImmediate` calls. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The bits of `fds`, and how long that took. It waits anew if only the event loop has woken it. */
export async function waitFor(fds: Int32Array, timeout: number) {
  for (;;) {
    await turn();
    await turn();
    const from = performance.now();
    const bits = wait(fds, timeout);
    const ms = performance.now() - from;
    if (bits !== EVENT_LOOP) return { bits: bits & ~EVENT_LOOP, ms };
  }
}

/**
 * Waits for nothing but the event loop, at most a second each time, and gives it a turn after that,
 * until `isSo`. Returns whether the last wait was woken, by the event loop or a signal.
 */
export async function takeTurnsUntil(isSo: () => boolean): Promise<boolean> {
  let wasWoken = false;
  while (!isSo()) {
    const from = performance.now();
    wasWoken = wait(new Int32Array(0), 1000) === EVENT_LOOP || performance.now() - from < 1000;
    await turn();
  }
  return wasWoken;
}

/** Has a thread of its own run `code` while `body` waits, 30 ms after it began. */
export async function meanwhile<T>(code: string, body: (worker: Worker) => Promise<T>): Promise<T> {
  const script = `
    const { parentPort } = require("node:worker_threads");
    parentPort.once("message", () => setTimeout(() => { ${code} }, 30));
    parentPort.postMessage("ready");`;
  const worker = new Worker(script, { eval: true, execArgv: [] });
  try {
    await once(worker, "message");
    await turn();
    await turn();
    worker.postMessage("now");
    return await body(worker);
  } finally {
    await worker.terminate();
  }
}
