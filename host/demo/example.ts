/**
 * The capture that `provenat demo` carries where it cannot make a lab: example.pcap, which this makes.
 * It is taken on both sides of a NAT at once: requests with internal, answers with external
 * addresses. The NAT gets two external ports, so that it is known which the answers go to.
 *
 *     node --import tsx host/demo/example.ts host/demo/example.pcap
 */
import { fileURLToPath } from "node:url";
import { PcapWriter } from "../capture/writer.ts";
import { ACK, FIN, SYN, echo, tcp, udp, unreachable } from "./packets.ts";

/** What the capture needs of the NAT. */
export const EXAMPLE = {
  externalAddress: "203.0.113.1",
  internalNetwork: "10.0.0.0/24",
  ports: "40000-40001",
};

/** The packets, one every 10 ms. */
function examplePackets(): Buffer[] {
  const host = "10.0.0.2:5000";
  const neighbour = "10.0.0.3:5001";
  const outside = "203.0.113.1:40000";
  const server = "198.51.100.10:7";
  const web = "198.51.100.10:80";
  const other = "192.0.2.10:7";
  return [
    udp(host, server, "a question"),
    udp(server, outside, "its answer"),
    udp(host, other, "the same question, to another server"),
    udp(other, outside, "another answer, to the same port"),
    udp("192.0.2.99:7", outside, "an answer that nobody asked for"),
    unreachable("198.51.100.10", udp(outside, server, "a question")),
    udp(neighbour, server, "a question of another host"),
    udp(server, "203.0.113.1:40001", "its answer"),
    udp(neighbour, outside, "by the external port of a host of the same network"),
    udp("10.0.0.4:5002", server, "one host more than there are ports"),
    tcp(host, web, SYN),
    tcp(web, outside, SYN | ACK),
    tcp(host, web, ACK),
    tcp(host, web, FIN | ACK),
    tcp(web, outside, FIN | ACK),
    tcp(host, web, ACK),
    tcp("192.0.2.99:80", "203.0.113.1:22", SYN),
    echo("10.0.0.2", "198.51.100.10", 8, 1000),
    echo("198.51.100.10", "203.0.113.1", 0, 40000),
    udp("192.0.2.99:7", "10.0.0.2:5000", "to an internal address, from outside"),
  ];
}

/** Writes the capture to `path`. */
export function writeExample(path: string): void {
  const writer = new PcapWriter(path, 101, false);
  const begin = 1_800_000_000_000_000_000n;
  examplePackets().forEach((packet, number) => {
    writer.write(begin + BigInt(number) * 10_000_000n, new Uint8Array(), packet);
  });
  writer.finish();
}

const [, program, target] = process.argv;
if (program === fileURLToPath(import.meta.url) && target !== undefined) writeExample(target);
