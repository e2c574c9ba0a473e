/** TCP on port 7: prints "from ADDRESS:PORT" for a connection, and sends back every line. Prints "ready". */
import { createServer } from "node:net";

const server = createServer((socket) => {
  console.log(`from ${socket.remoteAddress?.replace(/^::ffff:/, "")}:${socket.remotePort}`);
  socket.on("error", () => socket.destroy());
  socket.pipe(socket);
});

server.listen(7, "0.0.0.0", () => console.log("ready"));
