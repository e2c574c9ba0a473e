/**
 * Which part of all packets takes longer than that, when the table is nearly full. Lines are of the
 * packets of all rounds together; spreads are those of the rounds' quantiles.
 */
import { BUCKET_RATIO, type Latencies } from "../netns/latency.ts";
import { CROWD, occupancy } from "../netns/occupancy.ts";
import type { Results } from "../netns/results.ts";
import { spread } from "../spread.ts";
import { type Plot, type Point, type Series, type SpreadAt, visible } from "./plot.ts";

const KINDS = { known: "Known flow", new: "New flow" } as const;
type Kind = keyof typeof KINDS;

/** Quantiles, and the part of the packets beyond each. */
const QUANTILES = { p50: 0.5, p90: 0.1, p99: 0.01, "p99.9": 0.001 } as const;

/** None, unless it was measured. */
export function tailPlots(results: Results): Plot[] {
  const panels = (Object.keys(KINDS) as Kind[]).map((kind) => ({
    title: KINDS[kind],
    x: { name: "µs, one way", scale: "log10" } as const,
    y: { name: "part of the packets that take longer", scale: "log10", most: 1 } as const,
    series: visible(Object.keys(results.rivals).map((rival) => seriesOf(results, rival, kind))),
  }));
  if (panels.every(({ series }) => series.length === 0)) return [];
  const title = `Latency at ${occupancy(CROWD).toFixed(0)} % occupancy, all rounds together`;
  return [{ name: "latency-tail", title, panels }];
}

function seriesOf({ measurements }: Results, rival: string, kind: Kind): Series {
  const rounds = measurements
    .filter((done) => done.case === `one-way-${CROWD}` && done.rival === rival)
    .map(({ figure }) => (figure.details as Record<Kind, Latencies>)[kind]);
  return { rival, line: tailOf(rounds), spreads: spreadsOf(rounds) };
}

/** Exact where a bucket begins or ends. Lost packets are among those that take longer than all. */
function tailOf(rounds: Latencies[]): Point[] {
  const buckets = new Map<number, number>();
  for (const [from, count] of rounds.flatMap((round) => round.buckets)) {
    buckets.set(from, (buckets.get(from) ?? 0) + count);
  }
  const total = rounds.reduce((sum, { count, lost }) => sum + count + lost, 0);
  let left = total;
  return [...buckets]
    .sort(([one], [other]) => one - other)
    .flatMap(([from, count]) => {
      const begin: Point = [from, left / total];
      left -= count;
      const end: Point = [from * BUCKET_RATIO, left / total];
      // A logarithmic axis has no place for nothing.
      return left > 0 ? [begin, end] : [begin];
    });
}

function spreadsOf(rounds: Latencies[]): SpreadAt[] {
  const counted = rounds.filter(({ count }) => count > 0);
  if (counted.length === 0) return [];
  return (Object.keys(QUANTILES) as (keyof typeof QUANTILES)[]).map((name) => {
    const { median, least, most } = spread(counted.map((round) => round[name]));
    const part = QUANTILES[name];
    return { at: [median, part], from: [least, part], to: [most, part] };
  });
}
