/**
 * The generator, a process at the host. It writes packets to a TUN of its own, and so the kernel of
 * the host forwards them to the router as it would others'. First it sends one packet of each flow,
 * at leisure; then all it can; then it says how many that were.
 *
 * Arguments: flows, milliseconds of sending all it can.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { open } from "tun-tap";
import { STRIDE, buildPackets } from "./packets.ts";
import { GENERATOR } from "./topology.ts";

/** How many packets went all at once, and when: in milliseconds since 1970. */
export interface Sent {
  packets: number;
  begin: number;
  end: number;
}

const [flows = 1, milliseconds = 0] = process.argv.slice(2).map(Number);
const device = open({ kind: "tun", name: GENERATOR.device });
const { memory, table, once, mixed } = buildPackets(flows);

for (const batch of once) {
  device.write(memory, table, STRIDE, batch, batch.length);
  await sleep(2);
}
console.log(JSON.stringify(sendAll()));

function sendAll(): Sent {
  const begin = performance.now();
  let end = begin;
  let packets = 0;
  for (let next = 0; end < begin + milliseconds; next = (next + 1) % mixed.length) {
    packets += device.write(memory, table, STRIDE, mixed[next]!, mixed[next]!.length);
    end = performance.now();
  }
  const { timeOrigin } = performance;
  return { packets, begin: timeOrigin + begin, end: timeOrigin + end };
}
