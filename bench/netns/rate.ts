/** One measurement of packets a second. */
import type { Lab, LabProcess } from "../../host/demo/lab.ts";
import type { Sent } from "./generator.ts";
import { asTester } from "./processors.ts";
import { programOf } from "./program.ts";
import type { Rival } from "./rivals.ts";
import type { Arrivals } from "./sink.ts";
import { EXTERNAL_ADDRESS } from "./topology.ts";

/** Milliseconds of full load: first some that do not count, then those that do, then a rest. */
const WARM_UP = 300;
const WINDOW = 1000;
const REST = 200;

interface Rate {
  /** Packets a second that arrived translated. */
  value: number;
  /** Packets a second that were sent. */
  offered: number;
  /** Packets that were looked at one by one. */
  samples: number;
}

/** Starts the sink, which serves all measurements. */
export function startSink(lab: Lab): LabProcess {
  return lab.start("server", asTester(programOf("sink.ts"), "sink"));
}

/** Throws when a packet arrived that was not translated as it has to be. */
export async function measureRate(
  lab: Lab,
  sink: LabProcess,
  rival: Rival,
  flows: number,
): Promise<Rate> {
  const load = [String(flows), String(WARM_UP + WINDOW + REST)];
  const command = asTester([...programOf("generator.ts"), ...load], "generator");
  const generator = lab.start("host", command);
  const { packets, begin, end } = JSON.parse(await generator.line(/^{/)) as Sent;
  await generator.ended();
  // All is over by now; the sink has kept the times, since this process may not get its turn.
  const before = await arrivalsAt(sink, begin + WARM_UP);
  const after = await arrivalsAt(sink, begin + WARM_UP + WINDOW);
  if (after.time > end) throw wrong(rival, "was not measured under full load");
  const held = await rival.flows();
  if (held < flows) throw wrong(rival, `holds ${held} flows instead of ${flows}`);
  checkArrivals(rival, before, after);
  return {
    value: ((after.packets - before.packets) * 1000) / (after.time - before.time),
    offered: (packets * 1000) / (end - begin),
    samples: after.samples - before.samples,
  };
}

/** The first that the sink said at `time` or later. */
async function arrivalsAt(sink: LabProcess, time: number): Promise<Arrivals> {
  for (;;) {
    const arrivals = JSON.parse(await sink.line(/^{/)) as Arrivals;
    if (arrivals.time >= time) return arrivals;
  }
}

function checkArrivals(rival: Rival, before: Arrivals, after: Arrivals): void {
  if (after.samples === before.samples) throw wrong(rival, "let no sample through");
  const stranger = after.sources.find((source) => source !== EXTERNAL_ADDRESS);
  if (stranger !== undefined) throw wrong(rival, `let packets from ${stranger} through`);
  if (after.damaged > 0) throw wrong(rival, `sent ${after.damaged} packets with wrong checksums`);
}

function wrong({ name }: Rival, problem: string): Error {
  return new Error(`${name}: ${problem}. Nothing of this run can be trusted.`);
}
