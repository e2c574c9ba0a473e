/** Results as bench:netns writes them, made up: figures follow from names and rounds. */
import type { Latencies } from "../../bench/netns/latency.ts";
import type { Success } from "../../bench/netns/record.ts";
import type { Results } from "../../bench/netns/results.ts";
import type { RivalSummary } from "../../bench/netns/summary.ts";
import { spread } from "../../bench/spread.ts";

const TIME = "2026-01-02T03:04:05.000Z";

/** `values` are those of the first round; in round r they are r % more. */
export interface MadeUp {
  case: string;
  rival: string;
  unit?: string;
  rounds?: number;
  values: Record<string, number>;
  /** What the baseline has of the same values. */
  baseline?: Record<string, number>;
  details?: object;
  leftOut?: number;
}

export function resultsOf(figures: MadeUp[], more: Partial<Results> = {}): Results {
  const rivals = [...new Set(figures.map(({ rival }) => rival))];
  const cases = [...new Set(figures.map((figure) => figure.case))];
  return {
    command: "npm run bench:netns",
    cpu: "Some Processor",
    processors: 2,
    virtual: true,
    kernel: "6.1.2",
    notes: [],
    rivals: Object.fromEntries(rivals.map((rival) => [rival, `the title of ${rival}`])),
    cases: cases.map((name) => {
      const own = figures.filter((figure) => figure.case === name);
      return { case: name, unit: own[0]!.unit ?? "Mpps", rivals: own.map(summaryOf) };
    }),
    failed: [],
    measurements: figures.flatMap(measurementsOf),
    ...more,
  };
}

function summaryOf({ rival, rounds = 3, values, baseline, leftOut = 0 }: MadeUp): RivalSummary {
  const summaries = Object.entries(values).map(([name, value]) => {
    const all = spread(inRounds(value, rounds));
    const theirs = baseline?.[name];
    if (theirs === undefined) return [name, { all }] as const;
    const ratios = inRounds(value / theirs, rounds);
    const steady = ratios.slice(leftOut);
    const ratio = {
      ...(steady.length > 0 ? { steady: spread(steady) } : {}),
      ...{ all: spread(ratios), rounds, leftOut },
    };
    return [name, { all, ratio }] as const;
  });
  return { rival, rounds, failures: 0, values: Object.fromEntries(summaries) };
}

function measurementsOf(figure: MadeUp): Success[] {
  const { rival, rounds = 3, values, details } = figure;
  return Array.from({ length: rounds }, (_, index) => ({
    case: figure.case,
    rival,
    round: index + 1,
    figure: { values, ...(details === undefined ? {} : { details }) },
    calibrations: [1, 1],
    load: 0,
    time: TIME,
  }));
}

function inRounds(value: number, rounds: number): number[] {
  return Array.from({ length: rounds }, (_, index) => value * (1 + index / 100));
}

/** One bucket a doubling, each with half as many packets as the one before. */
export function latenciesFrom(least: number, lost = 0): Latencies {
  const buckets = Array.from({ length: 10 }, (_, index): [number, number] => [
    least * 2 ** index,
    2 ** (9 - index),
  ]);
  const count = buckets.reduce((sum, [, packets]) => sum + packets, 0);
  const quantiles = { p50: least, p90: 8 * least, p99: 64 * least, "p99.9": 512 * least };
  return { count, lost, ...quantiles, max: 600 * least, buckets };
}
