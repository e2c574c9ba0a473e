/** One go of a generator against the sink. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Bed, endsOf } from "./bed.ts";
import type { Program } from "./native.ts";
import { asTester } from "./processors.ts";
import type { Sink } from "./sink.ts";

/** XDP frames, or ordinary packets. */
export type Generator = "frames" | "packets";

export interface Load {
  generator: Generator;
  flows: number;
  /** Packets a second that are wanted. */
  rate: number;
}

export interface Outcome {
  /** Packets a second: that were sent, and that arrived once it had got going. */
  offered: number;
  arrived: number;
  /** Part of all packets that did not arrive. */
  loss: number;
}

/**
 * Seconds of a go, and of them those at the beginning that are not measured. Less than a second in
 * all: Linux takes a processor from real-time processes by then, if others have been waiting.
 */
const SECONDS = 0.8;
const WARM_UP = 0.2;

/** Seconds after which what is under way has arrived. */
const REST = 0.2;

/** Flows that are opened in a second, and how often that is tried. */
const OPENED = 20_000;
const ATTEMPTS = 5;

/** The generator's own word, in seconds of the machine. */
interface Sent {
  sent: number;
  begin: number;
  end: number;
}

export async function trial(bed: Bed, sink: Sink, load: Load): Promise<Outcome> {
  const before = (await sink.counts()).at(-1)!;
  const { generator, flows, rate } = load;
  const { sent, begin, end } = await send(bed, generator, { flows, rate, seconds: SECONDS });
  await sleep(REST * 1000);
  const counts = await sink.counts();
  const window = counts.filter(([time]) => time >= begin + WARM_UP && time <= end);
  const [first, last] = [window[0], window.at(-1)];
  if (first === undefined || last === undefined || last[0] - first[0] < SECONDS / 4) {
    throw new Error("The sink did not get its turn. Run it on a less busy machine.");
  }
  return {
    offered: sent / (end - begin),
    arrived: (last[1] - first[1]) / (last[0] - first[0]),
    loss: 1 - (counts.at(-1)![1] - before[1]) / sent,
  };
}

/** Sends a packet of each flow, at leisure, until all of them have arrived in one go. */
export async function openFlows(bed: Bed, sink: Sink, flows: number): Promise<void> {
  let arrived = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = (await sink.counts()).at(-1)!;
    await sendOnce(bed, flows);
    await sleep(REST * 1000);
    arrived = (await sink.counts()).at(-1)![1] - before[1];
    if (arrived >= flows) return;
  }
  throw new Error(`${bed.rival.name}: let only ${arrived} of ${flows} flows through.`);
}

/** Sends a packet of each flow, at leisure. */
export async function sendOnce(bed: Bed, flows: number): Promise<void> {
  await send(bed, "packets", { flows, rate: OPENED, packets: flows });
}

async function send(
  bed: Bed,
  program: Program & Generator,
  load: Record<string, number>,
): Promise<Sent> {
  const command = bed.native(program, { ...endsOf(bed), ...load });
  const generator = bed.lab.start("client", asTester(command, "generator"));
  const sent = JSON.parse(await generator.line(/^{/)) as Sent;
  await generator.ended();
  return sent;
}
