/** Latency against occupancy. */
import { occupancy } from "../netns/occupancy.ts";
import type { Results } from "../netns/results.ts";
import type { Summary } from "../netns/summary.ts";
import { type Plot, visible } from "./plot.ts";
import { seriesOf } from "./series.ts";

const NAME = /^one-way-(\d+)$/;

const PANELS = [
  { value: "known p50", title: "Known flow, median" },
  { value: "new p50", title: "New flow, median" },
  { value: "known p99", title: "Known flow, 99 % take less" },
  { value: "new p99", title: "New flow, 99 % take less" },
];

/** None, unless more than one occupancy was measured. */
export function latencyPlots({ cases, rivals }: Results): Plot[] {
  const summaries = cases.filter((one) => NAME.test(one.case));
  if (summaries.length < 2) return [];
  const panels = PANELS.map(({ value, title }) => ({
    title,
    x: { name: "ports held, %", scale: "linear", most: 100 } as const,
    y: { name: "µs, one way", scale: "log2" } as const,
    series: visible(seriesOf(Object.keys(rivals), summaries, value, occupancyOf)),
  }));
  return [{ name: "latency", title: "Latency against occupancy", panels }];
}

function occupancyOf(summary: Summary): number {
  return occupancy(Number(NAME.exec(summary.case)![1]));
}
