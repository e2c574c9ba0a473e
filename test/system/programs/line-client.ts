/**
 * Connects to port 7 of the address given and prints "connected"; then for each line on stdin sends
 * it, and prints what came back, or "silence" when nothing has for so long that even a busy machine
 * would have answered.
 */
import { connect } from "node:net";
import { createInterface } from "node:readline";

const PATIENCE = 10_000;

const socket = connect(7, process.argv[2]!, () => console.log("connected"));
let waiting: NodeJS.Timeout | undefined;

socket.on("error", () => process.exit(1));
socket.on("data", (octets) => {
  clearTimeout(waiting);
  console.log(octets.toString().trimEnd());
});

createInterface({ input: process.stdin }).on("line", (line) => {
  socket.write(`${line}\n`);
  waiting = setTimeout(() => console.log("silence"), PATIENCE);
});
