/** The other end of the control socket: asks a running instance. */
import { type Socket, connect } from "node:net";
import { createInterface } from "node:readline";
import {
  ControlError,
  ControlRefusal,
  type Items,
  type Line,
  type Replies,
} from "./control-protocol.ts";

/** Milliseconds that an instance may take for its next line. */
const PATIENCE = 10_000;

/** Asks the instance at `path` for one reply. Throws `ControlError`. */
export async function ask<R extends keyof Replies>(
  path: string,
  request: { request: R; milliseconds?: number },
): Promise<Replies[R]> {
  for await (const line of converse(path, request)) {
    if ("reply" in line) return line.reply as Replies[R];
  }
  throw silent(path);
}

/** Asks the instance at `path` for a list. Returns whether it was complete. Throws `ControlError`. */
export async function* askList<R extends keyof Items>(
  path: string,
  request: { request: R; all?: boolean | undefined; limit?: number | undefined },
): AsyncGenerator<Items[R], boolean> {
  for await (const line of converse(path, request)) {
    if ("item" in line) yield line.item as Items[R];
    if ("end" in line) return line.end.isComplete;
  }
  throw silent(path);
}

async function* converse(path: string, request: object): AsyncGenerator<Line> {
  const socket = await connected(path);
  try {
    socket.setTimeout(PATIENCE, () => socket.destroy());
    // What goes wrong from here on shows as an end without an answer.
    socket.on("error", () => {});
    socket.write(`${JSON.stringify(request)}\n`);
    for await (const text of createInterface({ input: socket })) {
      const line = parse(path, text);
      if ("error" in line) throw new ControlRefusal(line.error);
      yield line;
    }
  } finally {
    socket.destroy();
  }
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(socket));
    socket.once("error", ({ code }: NodeJS.ErrnoException) => {
      const isAbsent = code === "ENOENT" || code === "ECONNREFUSED";
      const problem = isAbsent ? "no instance answers there" : "cannot be reached";
      const remedy =
        code === "EACCES"
          ? "Run as its user"
          : 'Start one with "provenat run", or correct --control';
      reject(new ControlError(path, `${problem} (${code})`, remedy));
    });
  });
}

function parse(path: string, text: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    throw new ControlError(path, "the answer is not JSON", "Name the socket of a provenat");
  }
}

function silent(path: string): ControlError {
  return new ControlError(path, "the instance went away without an answer", "Ask again");
}
