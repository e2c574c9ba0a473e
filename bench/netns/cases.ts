/** What is measured. */
import type { Lab } from "../../host/demo/lab.ts";
import { measureRate, startSink } from "./rate.ts";
import type { Rival } from "./rivals.ts";
import { measureThroughput } from "./throughput.ts";
import { setOffloads } from "./topology.ts";

/** What came of one measurement, in millions of packets a second or in Gbit/s. */
export interface Figure {
  value: number;
  /** What was sent, where that is more than arrives. */
  offered?: number;
  /** Packets that were looked at one by one. */
  samples?: number;
}

export interface Case {
  readonly title: string;
  readonly unit: "Mpps" | "Gbit/s";
  measure(rival: Rival): Promise<Figure>;
}

/** All cases. Starts the sink that they share. */
export function prepareCases(lab: Lab): Case[] {
  const sink = startSink(lab);
  const rate = (flows: number): Case => ({
    title: `60-octet packets, ${flows.toLocaleString("en")} ${flows === 1 ? "flow" : "flows"}`,
    unit: "Mpps",
    async measure(rival) {
      setOffloads(lab, "off");
      const { value, offered, samples } = await measureRate(lab, sink, rival, flows);
      return { value: value / 1e6, offered: offered / 1e6, samples };
    },
  });
  const throughput = (direction: "upload" | "download", offloads: "on" | "off"): Case => ({
    title: `TCP ${direction}, endpoints' offloads ${offloads}`,
    unit: "Gbit/s",
    async measure(rival) {
      setOffloads(lab, offloads);
      return { value: (await measureThroughput(lab, rival, direction)) / 1e9 };
    },
  });
  return [
    ...[rate(1), rate(1000)],
    ...[throughput("upload", "off"), throughput("download", "off")],
    ...[throughput("upload", "on"), throughput("download", "on")],
  ];
}
