/** TCP throughput, by iperf3. */
import type { LabProcess } from "../../host/demo/lab.ts";
import type { Bed } from "./bed.ts";
import { asTester } from "./processors.ts";
import { CLIENT, EXTERNAL_ADDRESS, SERVER } from "./topology.ts";

const SECONDS = 3;

export type Direction = "up" | "down" | "both";

const FLAGS: Record<Direction, string[]> = { up: [], down: ["--reverse"], both: ["--bidir"] };

/** Bits a second that receivers got. Throws when a connection came from a wrong address. */
export async function measureThroughput(bed: Bed, direction: Direction): Promise<number> {
  const { lab, rival } = bed;
  const listen = ["iperf3", "--server", "--one-off", "--forceflush"];
  const server = lab.start("server", asTester(listen));
  await server.line(/^Server listening/);
  const client = lab.start("client", [
    ...asTester(["iperf3", "--client", SERVER.address, "--time", String(SECONDS)]),
    ...["--interval", "0", "--format", "k", "--connect-timeout", "3000", ...FLAGS[direction]],
  ]);
  let received = await nextReceived(client);
  if (direction === "both") received += await nextReceived(client);
  await Promise.all([client.ended(), server.ended()]);
  const accepted = await server.line(/^Accepted connection from/);
  const expected = rival.translates ? EXTERNAL_ADDRESS : CLIENT.address;
  if (!accepted.includes(` ${expected},`)) {
    throw new Error(`${rival.name}: ${accepted}, and not from ${expected}.`);
  }
  return received;
}

/** What a direction's receiver got, in bits a second. */
async function nextReceived(client: LabProcess): Promise<number> {
  const summary = await client.line(/receiver$/);
  return Number(/([\d.]+) Kbits\/sec/.exec(summary)![1]) * 1000;
}
