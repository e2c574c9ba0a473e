/** Throughput against flows. */
import type { Results } from "../netns/results.ts";
import type { Summary } from "../netns/summary.ts";
import type { Panel, Plot, Series } from "./plot.ts";
import { visible } from "./plot.ts";
import { seriesOf } from "./series.ts";

const NAME = /^rate-(frames|packets)-(stack|xdp)-(\d+)$/;

const SENT: Record<string, string> = { frames: "XDP frames", packets: "ordinary packets" };
const RECEIVED: Record<string, string> = {
  stack: "received by the kernel's stack",
  xdp: "received by an XDP program",
};

const VALUES: Record<string, string> = {
  "loss-free": "Without loss",
  overload: "In overload",
};

/** One for each generator and receiver that more than one number of flows was measured with. */
export function ratePlots({ cases, rivals }: Results): Plot[] {
  const kinds = Object.keys(SENT).flatMap((sent) =>
    Object.keys(RECEIVED).map((received) => [sent, received] as const),
  );
  return kinds.flatMap(([sent, received]) => {
    const name = `rate-${sent}-${received}`;
    const summaries = cases.filter((one) => NAME.test(one.case) && one.case.startsWith(`${name}-`));
    if (summaries.length < 2) return [];
    const title = `Throughput against flows: ${SENT[sent]}, ${RECEIVED[received]}`;
    const panels = Object.keys(VALUES).map((value) =>
      panel(value, seriesOf(Object.keys(rivals), summaries, value, flowsOf)),
    );
    return [{ name, title, panels }];
  });
}

function panel(value: string, series: Series[]): Panel {
  return {
    title: VALUES[value]!,
    x: { name: "flows", scale: "log10" },
    y: { name: "million packets a second", scale: "linear" },
    series: visible(series),
  };
}

function flowsOf(summary: Summary): number {
  return Number(NAME.exec(summary.case)![3]);
}
