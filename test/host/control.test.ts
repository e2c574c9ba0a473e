import { existsSync } from "node:fs";
import { type Socket, connect, createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ask, askList } from "../../host/control-client.ts";
import type { Request } from "../../host/control-protocol.ts";
import { type Answer, type ControlServer, serveControl } from "../../host/control.ts";
import { rejectionOf, temporaryFolder } from "./support.ts";

interface Context {
  path: string;
  server: ControlServer;
  requests: Request[];
}

const control = suite<Context>("control");

/** Items of the list that a test server answers with, enough to fill any socket's buffers. */
const MANY = 50_000;

function* many(): Generator<object | undefined> {
  for (let number = 0; number < MANY; number++) {
    yield undefined;
    yield { number, padding: "x".repeat(100) };
  }
}

control.before.each(async (context) => {
  context.path = join(temporaryFolder(), "control.sock");
  context.requests = [];
  context.server = await serveControl(context.path, (request): Answer => {
    context.requests.push(request);
    if (request.request === "status") return { reply: [undefined, { here: true }] };
    if (request.request === "advance") throw new Error("advance: not here. Ask another.");
    return { items: many(), limit: "limit" in request ? (request.limit ?? Infinity) : Infinity };
  });
});

control.after.each(({ server }) => server.close());

/** Sends `text` and resolves to the lines that come back until the other side ends. */
async function exchange(path: string, text: string): Promise<string[]> {
  const socket = connect({ path, allowHalfOpen: true });
  socket.end(text);
  const lines: string[] = [];
  for await (const line of createInterface({ input: socket })) lines.push(line);
  return lines;
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket));
    socket.once("error", reject);
  });
}

control("answers with one reply", async ({ path, requests }) => {
  assert.equal((await ask(path, { request: "status" })) as object, { here: true });
  assert.equal(requests, [{ request: "status" }]);
});

control("answers several requests of one client in order", async ({ path }) => {
  const lines = await exchange(path, '{"request":"status"}\nnonsense\n{"request":"status"}');

  assert.is(lines.length, 3);
  assert.is(lines[0], '{"reply":{"here":true}}');
  assert.match(lines[1]!, /^\{"error":"request: not JSON/);
  assert.is(lines[2], lines[0]);
});

control("streams a list to its end", async ({ path }) => {
  let count = 0;
  const list = askList(path, { request: "mappings", all: true });
  for await (const item of list) assert.is((item as unknown as { number: number }).number, count++);

  assert.is(count, MANY);
});

control("stops a list at the limit, and says that there is more", async ({ path, requests }) => {
  const list = askList(path, { request: "sessions", limit: 7 });
  let count = 0;
  let next = await list.next();
  for (; !next.done; next = await list.next()) count += 1;

  assert.is(count, 7);
  assert.is(next.value, false);
  assert.equal(requests, [{ request: "sessions", limit: 7 }]);
});

control("passes on what the instance refuses", async ({ path }) => {
  const asked = ask(path, { request: "advance", milliseconds: 5 });

  assert.is(await rejectionOf(asked), "advance: not here. Ask another.");
});

for (const malformed of [
  "",
  "null",
  "[]",
  "{}",
  '{"request":"reboot"}',
  '{"request":"status","more":1}',
  '{"request":"mappings","limit":0}',
  '{"request":"advance"}',
  '{"request":"advance","milliseconds":0.5}',
]) {
  control(`answers ${JSON.stringify(malformed)} with an error`, async ({ path, requests }) => {
    const [line] = await exchange(path, `${malformed}\n`);

    assert.match(line!, /^\{"error":"request.*as in .*status/);
    assert.equal(requests, []);
  });
}

control("refuses a request of any length, ended or not", async ({ path }) => {
  const long = `{"request":"${"x".repeat(5000)}"}`;
  for (const text of [long, `${long}\n`, "x".repeat(200_000)]) {
    const [line] = await exchange(path, text);
    assert.is(line, '{"error":"request: too long. Send at most 4096 octets."}');
  }
});

control("serves others while a client does not read", async ({ path }) => {
  const slow = await connected(path);
  slow.pause();
  slow.write('{"request":"mappings"}\n'.repeat(50));
  for (let times = 0; times < 5; times++) {
    assert.equal((await ask(path, { request: "status" })) as object, { here: true });
  }

  slow.destroy();
});

control("outlives clients that go away in the middle of an answer", async ({ path }) => {
  for (let times = 0; times < 5; times++) {
    const client = await connected(path);
    client.write('{"request":"mappings"}\n');
    await new Promise((resolve) => client.once("data", resolve));
    client.destroy();
  }

  assert.equal((await ask(path, { request: "status" })) as object, { here: true });
});

control("leaves no file behind, and hangs up", async ({ path, server }) => {
  const client = await connected(path);
  const closed = new Promise((resolve) => client.once("close", resolve));
  await server.close();
  await closed;

  assert.not(existsSync(path));
  assert.is(
    await rejectionOf(ask(path, { request: "status" })),
    `${path}: no instance answers there (ENOENT). Start one with "provenat run", or correct --control.`,
  );
});

control("is not waited for by a client when it is something else", async () => {
  const path = join(temporaryFolder(), "other.sock");
  const other = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n"));
  await new Promise<void>((resolve) => other.listen(path, resolve));

  assert.is(
    await rejectionOf(ask(path, { request: "status" })),
    `${path}: the answer is not JSON. Name the socket of a provenat.`,
  );
  other.close();
});

control.run();
