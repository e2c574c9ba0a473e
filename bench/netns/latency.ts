/** How long packets take, as native/roundtrip.c and native/oneway.c measure it. */
import { type Bed, endsOf, sourcesOf } from "./bed.ts";
import { NEW_FLOWS } from "./occupancy.ts";
import { asTester, keepAwake } from "./processors.ts";
import { SERVER } from "./topology.ts";
import { sendOnce } from "./trial.ts";

/** Microseconds. Quantiles are absent if no packet arrived. */
export interface Latencies {
  count: number;
  lost: number;
  p50: number;
  p90: number;
  p99: number;
  "p99.9": number;
  max: number;
  /** What it begins at, and how many packets it has. Empty ones are left out. */
  buckets: [from: number, count: number][];
}

/** What a bucket ends at over what it begins at: native/latencies.c has 16 of them to a doubling. */
export const BUCKET_RATIO = 2 ** (1 / 16);

const PORT = 7100;
const PINGS = 10_000;

/** Seconds between two packets. There are as many of known flows as of new ones. */
const PAUSE = 0.0003;

/** UDP there and back. */
export async function measureRoundTrip(bed: Bed): Promise<Latencies> {
  keepAwake(bed.lab);
  const args = { ...sourcesOf(bed.rival), server: SERVER.address, port: PORT, count: PINGS };
  const pinging = bed.native("roundtrip", { ...namespacesOf(bed), ...args });
  const process = bed.lab.start("client", asTester(pinging, "generator"));
  return JSON.parse(await process.line(/^{/)) as Latencies;
}

/** From the client's device to the server's socket, while the NAT holds `flows` flows or a few more. */
export async function measureOneWay(
  bed: Bed,
  flows: number,
): Promise<{ known: Latencies; new: Latencies }> {
  await sendOnce(bed, flows);
  keepAwake(bed.lab);
  const probe = bed.native("oneway", {
    ...endsOf(bed),
    ...namespacesOf(bed),
    ...sourcesOf(bed.rival),
    ...{ known: flows, count: NEW_FLOWS, pause: PAUSE },
  });
  const process = bed.lab.start("client", asTester(probe, "generator"));
  return JSON.parse(await process.line(/^{/)) as { known: Latencies; new: Latencies };
}

/** Where the ends are, for a program that is in both. */
function namespacesOf({ lab }: Bed): Record<string, string> {
  return {
    "client-namespace": `/run/netns/${lab.namespace("client")}`,
    "server-namespace": `/run/netns/${lab.namespace("server")}`,
  };
}
