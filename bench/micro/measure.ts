/** Timing with benchmark.js, in rounds of which each measures every rival once. */
import Benchmark from "benchmark";
import type { Case } from "./cases.ts";

export interface Spread {
  median: number;
  least: number;
  most: number;
}

const SECONDS_EACH = 0.08;

/** Nanoseconds a packet costs in the network function alone: a filled batch less its filling. */
export function netCost(subject: Case): number {
  const full = time(() => {
    subject.fill();
    subject.process();
  });
  subject.check();
  const filling = time(() => subject.fill());
  return (full - filling) / subject.batch;
}

/** A fixed loop over 64 KiB, in ns a step: how fast the machine runs just now. */
export function calibration(): number {
  const words = new Uint32Array(4096);
  let sum = 0;
  const seconds = time(() => {
    for (let i = 0; i < words.length; i++) sum = (sum + words[i]! * 3 + i) | 0;
    words[0] = sum;
  });
  return seconds / words.length;
}

export function spread(values: number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
  return { median, least: sorted[0]!, most: sorted.at(-1)! };
}

/** Mean nanoseconds of one call. */
function time(fn: () => void): number {
  const bench = new Benchmark({
    fn,
    maxTime: SECONDS_EACH,
    minSamples: 5,
    minTime: 0.01,
    initCount: 8,
  });
  bench.run({ async: false });
  if (bench.error) throw bench.error;
  return bench.stats.mean * 1e9;
}
