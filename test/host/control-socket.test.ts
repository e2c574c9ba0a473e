import { spawnSync } from "node:child_process";
import { lstatSync, readdirSync, unlinkSync } from "node:fs";
import { type Socket, connect } from "node:net";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ask } from "../../host/control-client.ts";
import { type ControlServer, serveControl } from "../../host/control.ts";
import { rejectionOf, temporaryFile, temporaryFolder } from "./support.ts";

const socket = suite<{ path: string; server: ControlServer }>("control socket");

socket.before.each(async (context) => {
  context.path = join(temporaryFolder(), "control.sock");
  context.server = await serveControl(context.path, () => ({ reply: [{ here: true }] }));
});

socket.after.each(({ server }) => server.close());

/** The socket of a process that was killed. */
function deserted(): string {
  const path = join(temporaryFolder(), "stale.sock");
  const script = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", script]);
  assert.ok(lstatSync(path).isSocket());
  return path;
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket));
    socket.once("error", reject);
  });
}

socket("is for its owner only", ({ path }) => {
  assert.is(lstatSync(path).mode & 0o777, 0o600);
});

socket("never takes the place of a living instance", async ({ path }) => {
  assert.is(
    await rejectionOf(serveControl(path, () => ({ reply: [] }))),
    `${path}: another instance answers there. Stop it, or give another path with --control.`,
  );
  assert.equal((await ask(path, { request: "status" })) as object, { here: true });
});

socket("takes the place of a socket that nobody answers", async () => {
  const path = deserted();
  const server = await serveControl(path, () => ({ reply: [{ here: true }] }));

  assert.equal((await ask(path, { request: "status" })) as object, { here: true });
  await server.close();
});

socket("has its place taken by one of several that start at once", async () => {
  for (let times = 0; times < 20; times++) {
    const path = deserted();
    const starts = Array.from({ length: 2 }, () => serveControl(path, () => ({ reply: [] })));
    const results = await Promise.allSettled(starts);
    const winners = results.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    const losers = results.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    const during = readdirSync(dirname(path));
    const refusal = await connected(path).then(
      (socket) => void socket.destroy(),
      (error: Error) => error,
    );
    for (const winner of winners) await winner.close();

    assert.match(String(losers), /^ControlError: .* another instance answers there/);
    assert.is(winners.length, 1);
    assert.equal(during, ["stale.sock"]);
    assert.is(refusal, undefined);
    assert.equal(readdirSync(dirname(path)), []);
  }
});

socket("leaves the socket of another alone when it closes", async ({ path, server }) => {
  unlinkSync(path);
  const other = await serveControl(path, () => ({ reply: [{ other: true }] }));
  await server.close();

  assert.equal((await ask(path, { request: "status" })) as object, { other: true });
  await other.close();
});

socket("never takes the place of a file", async () => {
  const path = temporaryFile("notes", "of value");

  assert.is(
    await rejectionOf(serveControl(path, () => ({ reply: [] }))),
    `${path}: there is a file already. Give another path with --control.`,
  );
});

const FILE = temporaryFile("notes", "of value");
const ABSENT = join(temporaryFolder(), "absent");

for (const [path, sentence] of [
  [`${FILE}/x.sock`, `${FILE}: it is not a folder. Make it one,`],
  [`${FILE}/more/x.sock`, `${FILE}/more: cannot be reached (ENOTDIR). Give`],
  [`${ABSENT}/x.sock`, `${ABSENT}: there is no such folder. Make it one, or give`],
] as const) {
  socket(`says what is wrong with the folder: ${sentence}`, async () => {
    const complaint = await rejectionOf(serveControl(path, () => ({ reply: [] })));

    assert.ok(complaint.startsWith(sentence), complaint);
    assert.match(complaint, /another path with --control\.$/);
  });
}

socket.run();
