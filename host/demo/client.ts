/**
 * A host of the lab: downloads from one server, then asks all for echoes from one UDP port. Prints
 * what came, one JSON object a line.
 *
 * Arguments: octets to download, the server to download from, all servers.
 */
import { createHash } from "node:crypto";
import { type Socket, createSocket } from "node:dgram";
import { once } from "node:events";
import { get } from "node:http";
import type { IncomingMessage } from "node:http";
import { CLIENT_PORT, type ClientEvent, ECHOES, HTTP_PORT, UDP_PORT } from "./protocol.ts";

/** Milliseconds after which a download or an echo counts as lost, and how often one is sent. */
const PATIENCE = 10_000;
const TRIES = 3;

const [size = "0", server = "", ...servers] = process.argv.slice(2);

process.stdin.on("end", () => process.exit(1)).resume();
await download(server, Number(size));
await echoes(servers);
process.exit(0);

async function download(from: string, wanted: number): Promise<void> {
  const begin = performance.now();
  const request = get({ host: from, port: HTTP_PORT, path: `/${wanted}`, timeout: PATIENCE });
  request.on("timeout", () => request.destroy(new Error(`${from} does not answer`)));
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const hash = createHash("sha256");
  let octets = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    hash.update(chunk);
    octets += chunk.length;
  }
  const milliseconds = performance.now() - begin;
  tell({ event: "downloaded", from, octets, sha256: hash.digest("hex"), milliseconds });
}

async function echoes(from: string[]): Promise<void> {
  const socket = createSocket("udp4");
  socket.bind(CLIENT_PORT);
  await once(socket, "listening");
  for (const server of from) {
    const seen = new Set<string>();
    let returned = 0;
    for (let count = 0; count < ECHOES; count++) {
      const endpoint = await echo(socket, server, `echo ${count}`);
      if (endpoint === undefined) continue;
      returned += 1;
      seen.add(endpoint);
    }
    tell({ event: "echoes", from: server, sent: ECHOES, returned, seen: [...seen] });
  }
  socket.close();
}

/** Resolves to the endpoint that the server has seen, or to undefined when nothing comes back. */
async function echo(socket: Socket, server: string, text: string): Promise<string | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    socket.send(text, UDP_PORT, server);
    const timeout = AbortSignal.timeout(1000);
    try {
      for (;;) {
        const [message, { address }] = await once(socket, "message", { signal: timeout });
        const [endpoint, ...rest] = String(message).split(" ");
        if (address === server && rest.join(" ") === text) return endpoint;
      }
    } catch {
      // No answer within the second: once more.
    }
  }
  return undefined;
}

function tell(event: ClientEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
