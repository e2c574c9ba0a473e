/** One measurement of TCP throughput, by iperf3. */
import type { Lab } from "../../host/demo/lab.ts";
import { asTester } from "./processors.ts";
import type { Rival } from "./rivals.ts";
import { EXTERNAL_ADDRESS, SERVER } from "./topology.ts";

const SECONDS = 2;

export type Direction = "upload" | "download";

/** Bits a second that the receiver got. Throws when the connection was not translated. */
export async function measureThroughput(
  lab: Lab,
  rival: Rival,
  direction: Direction,
): Promise<number> {
  const command = ["iperf3", "--server", "--one-off", "--forceflush"];
  const server = lab.start("server", asTester(command));
  await server.line(/^Server listening/);
  const client = lab.start("host", [
    ...asTester(["iperf3", "--client", SERVER.address, "--time", String(SECONDS)]),
    ...["--interval", "0", "--format", "k", "--connect-timeout", "3000"],
    ...(direction === "download" ? ["--reverse"] : []),
  ]);
  const summary = await client.line(/receiver$/);
  await Promise.all([client.ended(), server.ended()]);
  const accepted = await server.line(/^Accepted connection from/);
  if (!accepted.includes(` ${EXTERNAL_ADDRESS},`)) {
    throw new Error(`${rival.name}: not translated: ${accepted}. This run cannot be trusted.`);
  }
  return Number(/([\d.]+) Kbits\/sec/.exec(summary)![1]) * 1000;
}
