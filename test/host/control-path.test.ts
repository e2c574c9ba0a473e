import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { onlyControlPath } from "../../host/control-path.ts";
import { serveControl } from "../../host/control.ts";
import { rejectionOf, temporaryFolder } from "./support.ts";

const path = suite<{ folder: string }>("control path");

path.before.each((context) => {
  context.folder = temporaryFolder();
});

/** Leaves the socket of a process that was killed at `at`. */
function desert(at: string): void {
  const listen = `require("net").createServer().listen(${JSON.stringify(at)}`;
  spawnSync(process.execPath, ["-e", `${listen}, () => process.kill(process.pid, "SIGKILL"))`]);
}

path("is that of the one instance that lives, whatever others have left", async ({ folder }) => {
  const living = join(folder, "natwan.sock");
  desert(join(folder, "b0.sock"));
  writeFileSync(join(folder, "notes"), "");
  const server = await serveControl(living, () => ({ reply: [] }));

  assert.is(await onlyControlPath(folder), living);
  await server.close();
});

path("has to be named when there are several", async ({ folder }) => {
  const paths = ["a.sock", "b.sock"].map((name) => join(folder, name));
  desert(join(folder, "c.sock"));
  const servers = await Promise.all(paths.map((at) => serveControl(at, () => ({ reply: [] }))));

  assert.is(
    await rejectionOf(onlyControlPath(folder)),
    `${folder}: there are several sockets (a.sock, b.sock). Name one with --control.`,
  );
  await Promise.all(servers.map((server) => server.close()));
});

path("is that of an instance that is gone when there is no other", async ({ folder }) => {
  desert(join(folder, "a.sock"));

  assert.is(await onlyControlPath(folder), join(folder, "a.sock"));
});

path("is none when nobody answers", async ({ folder }) => {
  const sentence = `${folder}: no running instance has its socket here. Start one with "provenat run", or name its socket with --control.`;
  assert.is(await rejectionOf(onlyControlPath(folder)), sentence);
  desert(join(folder, "a.sock"));
  desert(join(folder, "b.sock"));
  assert.is(await rejectionOf(onlyControlPath(folder)), sentence);
});

path.run();
