/** Whether anybody listens at a Unix socket. */
import { connect } from "node:net";

/** Connects to `path`. Resolves to the code of what went wrong, or to undefined if nothing did. */
export function knock(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? String(error)));
  });
}
