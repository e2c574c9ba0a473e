/** Lifetimes of hours, tested in seconds: the instance's clock is put forward through its socket. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ask, askList } from "../../host/control-client.ts";
import type { LabProcess } from "../../host/demo/lab.ts";
import { EXTERNAL_ADDRESS, SERVERS } from "../../host/demo/topology.ts";
import { Router, obstacle } from "./router.ts";

const reason = obstacle("lifetimes on a real stack", "ping");
const lifetimes = suite<{ router: Router; client: LabProcess }>("lifetimes on a real stack");
const test = reason === undefined ? lifetimes : lifetimes.skip;

if (reason === undefined) {
  lifetimes.before.each(async (context) => {
    context.router = new Router();
    await context.router.start("--test-clock");
    const server = await context.router.program("s1", "line-server");
    context.client = await context.router.program("h1", "line-client", SERVERS.s1);
    const from = await server.line(/^from /);
    assert.match(from, new RegExp(`^from ${EXTERNAL_ADDRESS}:`));
  });
  lifetimes.after.each(({ router }) => router.close());
}

test("leave an established connection usable after 2 h and 3 min of silence", async ({
  router,
  client,
}) => {
  await exchange(client, "before");
  await advance(router, 7_380_000);
  await exchange(client, "after");
});

test("end an established connection after 2 h and 4 min", async ({ router, client }) => {
  await exchange(client, "before");
  await advance(router, 7_440_000);
  client.send("after");
  assert.is(await client.line(/./), "silence");
});

test("end the mapping of a ping after a minute", async ({ router }) => {
  router.run("h2", "ping", "-c", "1", SERVERS.s2);
  assert.is(await count(router, "icmp"), 1);
  await advance(router, 60_000);
  assert.is(await count(router, "icmp"), 0);
});

async function exchange(client: LabProcess, line: string): Promise<void> {
  client.send(line);
  assert.is(await client.line(/./), line);
}

async function advance(router: Router, milliseconds: number): Promise<void> {
  await ask(router.control, { request: "advance", milliseconds });
}

async function count(router: Router, protocol: string): Promise<number> {
  let found = 0;
  for await (const mapping of askList(router.control, { request: "mappings" })) {
    if (mapping.protocol === protocol) found += 1;
  }
  return found;
}

lifetimes.run();
