/**
 * The sink, a process at the server. It says ten times a second what has come so far: all packets,
 * as the interface counts them, and the samples among them that reach its socket.
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { SERVER } from "./topology.ts";

/** All counts are since the start. */
export interface Arrivals {
  /** Milliseconds since 1970, exact to less than one. */
  time: number;
  packets: number;
  samples: number;
  /** Addresses that samples came from. */
  sources: string[];
  /** IP headers and UDP datagrams that the server's kernel found damaged. */
  damaged: number;
}

const sources = new Set<string>();
let samples = 0;

const socket = createSocket("udp4");
socket.on("message", (_, { address }) => {
  samples += 1;
  sources.add(address);
});
socket.bind(SERVER.port);
await once(socket, "listening");
setInterval(tell, 100);

function tell(): void {
  const packets = received();
  const time = performance.timeOrigin + performance.now();
  const damaged =
    count("snmp", "Ip", "InHdrErrors") +
    count("snmp", "Udp", "InCsumErrors") +
    count("netstat", "IpExt", "InCsumErrors");
  const arrivals: Arrivals = { time, packets, samples, sources: [...sources], damaged };
  process.stdout.write(`${JSON.stringify(arrivals)}\n`);
}

/** Packets that the interface has received. */
function received(): number {
  const line = linesOf("dev").find((line) => line.trim().startsWith(`${SERVER.device}:`))!;
  return Number(line.split(":")[1]!.trim().split(/\s+/)[1]);
}

/** A counter of /proc/net, where a line of names precedes each line of values. */
function count(file: string, protocol: string, name: string): number {
  const [names, values] = linesOf(file).filter((line) => line.startsWith(`${protocol}: `));
  return Number(values!.split(" ")[names!.split(" ").indexOf(name)]);
}

function linesOf(file: string): string[] {
  return readFileSync(`/proc/net/${file}`, "utf8").split("\n");
}
