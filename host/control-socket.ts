/** A Unix socket of our own: made for its owner only, never in the place of a living instance's. */
import { chmodSync, lstatSync, mkdirSync, unlinkSync } from "node:fs";
import { type Server, connect } from "node:net";
import { dirname } from "node:path";
import { controlFolder } from "./control-path.ts";
import { ControlError } from "./control-protocol.ts";

const ELSEWHERE = "Give another path with --control";

/** Lets `server` listen at `path`. A socket that nobody answers is replaced. Throws `ControlError`. */
export async function listenAt(server: Server, path: string): Promise<void> {
  prepareFolder(path);
  await removeStale(path);
  const listening = new Promise<void>((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", reject);
  });
  // The socket is bound inside the call of `listen`, hence with this mask.
  const mask = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(mask);
  }
  try {
    await listening;
    chmodSync(path, 0o600);
  } catch (error) {
    throw new ControlError(path, `cannot be made (${codeOf(error)})`, ELSEWHERE);
  }
}

function prepareFolder(path: string): void {
  const folder = dirname(path);
  if (folder !== controlFolder()) return;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ControlError(folder, `cannot be made (${codeOf(error)})`, ELSEWHERE);
  }
}

async function removeStale(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new ControlError(path, "there is a file already", ELSEWHERE);
  const refusal = await knock(path);
  if (refusal === undefined) {
    throw new ControlError(
      path,
      "another instance answers there",
      `Stop it, or ${lower(ELSEWHERE)}`,
    );
  }
  if (refusal === "ECONNREFUSED") unlinkSync(path);
  else if (refusal !== "ENOENT") {
    throw new ControlError(path, `cannot tell whether it is in use (${refusal})`, ELSEWHERE);
  }
}

/** Connects to `path`. Resolves to the code of what went wrong, or to undefined when nothing did. */
function knock(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once("error", (error) => resolve(codeOf(error)));
  });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
