/**
 * HTTP on port 8080: GET /N gives N random octets with their SHA-256 in a header, PUT answers with
 * the SHA-256 of what came. Prints "ready".
 */
import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";

const sha256 = (octets: Uint8Array): string => createHash("sha256").update(octets).digest("hex");

const server = createServer((request, response) => {
  if (request.method === "GET") {
    const octets = randomBytes(Number(request.url?.slice(1)));
    response.writeHead(200, { "x-sha256": sha256(octets) }).end(octets);
    return;
  }
  const hash = createHash("sha256");
  request.on("data", (octets: Buffer) => hash.update(octets));
  request.on("end", () => response.end(hash.digest("hex")));
});

server.listen(8080, "0.0.0.0", () => console.log("ready"));
