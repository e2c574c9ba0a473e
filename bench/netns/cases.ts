/** What is measured. */
import type { Bed } from "./bed.ts";
import { type Latencies, measureOneWay, measureRoundTrip } from "./latency.ts";
import { searchLossFree } from "./loss-free.ts";
import { CROWD } from "./occupancy.ts";
import type { Offloads } from "./offloads.ts";
import type { Rival } from "./rivals/rival.ts";
import { type Receiver, Sink } from "./sink.ts";
import { type Direction, measureThroughput } from "./throughput.ts";
import { type Generator, openFlows } from "./trial.ts";

/** What came of one measurement: a few values by name, and whatever else is worth keeping. */
export interface Figure {
  values: Record<string, number>;
  details?: object;
}

export interface Case {
  /** What it is called in options, results and plots. */
  readonly name: string;
  readonly unit: string;
  readonly flows: number;
  /** The endpoints'. */
  readonly offloads: Offloads;
  measure(bed: Bed): Promise<Figure>;
}

/** Flows that are held, from one to nearly as many as there are ports. */
const FLOWS = [1, 10, 100, 1000, 10_000, 30_000, 65_000];

export function allCases(): Case[] {
  return [
    ...FLOWS.map((flows) => rate("frames", "stack", flows)),
    ...[1, 1000, 65_000].flatMap((flows) => [
      rate("packets", "stack", flows),
      rate("frames", "xdp", flows),
    ]),
    ...[1, 1000, 10_000, 30_000, CROWD].map(oneWay),
    ...(["on", "off"] as const).flatMap((offloads) => [
      ...(["up", "down", "both"] as const).map((direction) => throughput(direction, offloads)),
      roundTrip(offloads),
    ]),
  ];
}

/** Whether a figure of this case would tell anything about `rival`. */
export function suits({ flows, offloads }: Case, rival: Rival): boolean {
  return flows <= rival.mostFlows && (offloads === "off" || rival.takesOffloads);
}

function rate(generator: Generator, receiver: Receiver, flows: number): Case {
  return {
    name: `rate-${generator}-${receiver}-${flows}`,
    unit: "Mpps",
    flows,
    offloads: "off",
    async measure(bed) {
      const sink = await Sink.start(bed, receiver);
      await openFlows(bed, sink, flows);
      const { lossFree, overload } = await searchLossFree(bed, sink, generator, flows);
      await sink.checkSamples();
      return { values: { "loss-free": lossFree / 1e6, overload: overload / 1e6 } };
    },
  };
}

function oneWay(flows: number): Case {
  return {
    name: `one-way-${flows}`,
    unit: "µs",
    flows,
    offloads: "off",
    async measure(bed) {
      const latencies = await measureOneWay(bed, flows);
      const values = { ...quantiles("known", latencies.known), ...quantiles("new", latencies.new) };
      return { values, details: latencies };
    },
  };
}

function roundTrip(offloads: Offloads): Case {
  return {
    name: `round-trip-offloads-${offloads}`,
    unit: "µs",
    flows: 1,
    offloads,
    async measure(bed) {
      const latencies = await measureRoundTrip(bed);
      return { values: quantiles("round trip", latencies), details: latencies };
    },
  };
}

function throughput(direction: Direction, offloads: Offloads): Case {
  return {
    name: `tcp-${direction}-offloads-${offloads}`,
    unit: "Gbit/s",
    flows: 1,
    offloads,
    async measure(bed) {
      return { values: { received: (await measureThroughput(bed, direction)) / 1e9 } };
    },
  };
}

/** Those that are compared; the others are among the details. */
function quantiles(what: string, latencies: Latencies): Record<string, number> {
  const names = ["p50", "p99", "p99.9"] as const;
  return Object.fromEntries(names.map((name) => [`${what} ${name}`, latencies[name]]));
}
