/**
 * A server of the lab: random octets over HTTP, and an echo over UDP that begins with the endpoint
 * it answers. Prints what it has seen, one JSON object a line; ends with its stdin.
 */
import { createHash, randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import { HTTP_PORT, UDP_PORT, type ServerEvent } from "./protocol.ts";

const web = createServer((request, response) => {
  const octets = randomBytes(Number(request.url?.slice(1)) || 0);
  const sha256 = createHash("sha256").update(octets).digest("hex");
  const from = request.socket.remoteAddress?.replace(/^::ffff:/, "") ?? "";
  response.on("finish", () => tell({ event: "served", from, octets: octets.length, sha256 }));
  response.end(octets);
});

const echo = createSocket("udp4");
echo.on("message", (message, { address, port }) => {
  tell({ event: "echoed", from: address, port });
  echo.send(`${address}:${port} ${message.toString()}`, port, address);
});

web.listen(HTTP_PORT, "0.0.0.0", () => echo.bind(UDP_PORT, () => tell({ event: "ready" })));

process.stdin.on("end", () => process.exit(0)).resume();

function tell(event: ServerEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
