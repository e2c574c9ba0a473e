/**
 * A Unix socket of our own: made for its owner only, never in the place of a living instance's. It
 * listens under a hidden name before it is linked to its place, so that a socket which is found there
 * and refuses is one whose instance is gone. Two that start at once cannot both have the place.
 */
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  renameSync,
  statSync,
  unlinkSync,
} from "node:fs";
import type { Server } from "node:net";
import { dirname } from "node:path";
import { controlFolder, temporaryPath } from "./control-path.ts";
import { ControlError } from "./control-protocol.ts";
import { knock } from "./knock.ts";

const ELSEWHERE = "Give another path with --control";

/** Attempts at a place that others are after, too. */
const ATTEMPTS = 100;

/**
 * Lets `server` listen at `path`. A socket that nobody answers is replaced. Resolves to a function
 * that removes it. Throws `ControlError`; then the server does not listen.
 */
export async function listenAt(server: Server, path: string): Promise<() => void> {
  checkFolder(path);
  const made = temporaryPath(path);
  try {
    await listen(server, made);
    chmodSync(made, 0o600);
    const { ino } = lstatSync(made);
    await putInPlace(made, path);
    return () => removeOwn(path, ino);
  } catch (error) {
    server.close();
    if (error instanceof ControlError) throw error;
    throw new ControlError(path, `cannot be made (${codeOf(error)})`, ELSEWHERE);
  } finally {
    remove(made);
  }
}

/** Makes the folder if it is ours to make. Otherwise it is there already, or it is a mistake. */
function checkFolder(path: string): void {
  const folder = dirname(path);
  try {
    if (folder === controlFolder()) mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ControlError(folder, `cannot be made (${codeOf(error)})`, ELSEWHERE);
  }
  let isFolder: boolean | undefined;
  try {
    isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  } catch (error) {
    throw new ControlError(folder, `cannot be reached (${codeOf(error)})`, ELSEWHERE);
  }
  if (isFolder === true) return;
  const problem = isFolder === undefined ? "there is no such folder" : "it is not a folder";
  throw new ControlError(folder, problem, `Make it one, or ${lower(ELSEWHERE)}`);
}

function listen(server: Server, path: string): Promise<void> {
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
  return listening;
}

async function putInPlace(made: string, path: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      return linkSync(made, path);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === false) {
      throw new ControlError(path, "there is a file already", ELSEWHERE);
    }
    if (!(await isDeserted(path))) throw inUse(path);
    await removeDeserted(path);
  }
  throw inUse(path);
}

/** Removes a socket that was found deserted, unless another has come to its place meanwhile. */
async function removeDeserted(path: string): Promise<void> {
  const aside = temporaryPath(path);
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  const refusal = await knock(aside);
  try {
    if (refusal !== "ECONNREFUSED") linkSync(aside, path);
  } finally {
    remove(aside);
  }
}

async function isDeserted(path: string): Promise<boolean> {
  const refusal = await knock(path);
  if (refusal === undefined) return false;
  if (refusal === "ECONNREFUSED" || refusal === "ENOENT") return true;
  throw new ControlError(path, `cannot tell whether it is in use (${refusal})`, ELSEWHERE);
}

function inUse(path: string): ControlError {
  const remedy = `Stop it, or ${lower(ELSEWHERE)}`;
  return new ControlError(path, "another instance answers there", remedy);
}

/** Removes the socket at `path` if it is still the one with inode `ino`. */
function removeOwn(path: string, ino: number): void {
  try {
    if (lstatSync(path).ino === ino) unlinkSync(path);
  } catch {
    // Somebody has removed it, or its folder.
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone, or was never made.
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
