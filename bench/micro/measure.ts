/** Timing with benchmark.js, in rounds of which each measures every rival once. */
import Benchmark from "benchmark";
import type { Case } from "./cases.ts";

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
