/** Where control sockets lie, and which of them a command means. */
import { randomBytes } from "node:crypto";
import { lstatSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ControlError } from "./control-protocol.ts";
import { knock } from "./knock.ts";

/**
 * A Unix socket's address holds 108 octets, the last of which is zero. The name that a socket is
 * made under, before it is put in its place, can be six octets longer.
 */
export const LONGEST_PATH = 101;

/** The socket at `path`, while it is being made: hidden from those who look for instances. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${randomBytes(3).toString("hex")}`);
}

/** The folder of control sockets: root's, or the user's own. */
export function controlFolder(): string {
  const { XDG_RUNTIME_DIR } = process.env;
  const isRoot = process.getuid?.() === 0;
  return isRoot || !XDG_RUNTIME_DIR ? "/run/provenat" : join(XDG_RUNTIME_DIR, "provenat");
}

/** The control socket of the instance whose external device is `device`. */
export function defaultControlPath(device: string): string {
  return join(controlFolder(), `${device}.sock`);
}

/**
 * The socket of the one instance whose socket is in `folder`; those of instances that are gone do not
 * count. Throws `ControlError` when there is not exactly one.
 */
export async function onlyControlPath(folder = controlFolder()): Promise<string> {
  const [path, ...more] = await livingOf(socketsIn(folder));
  if (path === undefined) {
    const remedy = 'Start one with "provenat run", or name its socket with --control';
    throw new ControlError(folder, "no running instance has its socket here", remedy);
  }
  if (more.length > 0) {
    const names = [path, ...more].map((other) => basename(other)).join(", ");
    throw new ControlError(
      folder,
      `there are several sockets (${names})`,
      "Name one with --control",
    );
  }
  return path;
}

/** Those of `paths` that do not refuse. One alone is not asked: connecting to it tells more. */
async function livingOf(paths: string[]): Promise<string[]> {
  if (paths.length < 2) return paths;
  const refusals = await Promise.all(paths.map(knock));
  return paths.filter((_, index) => refusals[index] !== "ECONNREFUSED");
}

function socketsIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => !name.startsWith("."));
    const paths = names.map((name) => join(folder, name));
    return paths.filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isSocket());
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw new ControlError(folder, `cannot be read (${code})`, "Name a socket with --control");
  }
}
