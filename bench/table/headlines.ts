/** What of all figures stands in the README. */

export interface Headline {
  readonly title: string;
  readonly case: string;
  readonly value: string;
}

export interface Group {
  readonly title: string;
  readonly columns: Headline[];
}

export const GROUPS: Group[] = [
  {
    title: "Packets of 60 octets, Mpps (more is better)",
    columns: [
      ...["1", "1000", "65000"].map((flows) => ({
        title: flows === "1" ? "1 flow" : `${Number(flows) / 1000},000 flows`,
        case: `rate-frames-stack-${flows}`,
        value: "loss-free",
      })),
      { title: "1,000, in overload", case: "rate-frames-stack-1000", value: "overload" },
      { title: "1,000, sent by a socket", case: "rate-packets-stack-1000", value: "loss-free" },
      { title: "1,000, received by XDP", case: "rate-frames-xdp-1000", value: "loss-free" },
    ],
  },
  {
    title: "UDP latency, µs (less is better)",
    columns: [
      { title: "round trip, p50", case: "round-trip-offloads-off", value: "round trip p50" },
      { title: "p99.9", case: "round-trip-offloads-off", value: "round trip p99.9" },
      { title: "offloads on, p50", case: "round-trip-offloads-on", value: "round trip p50" },
      { title: "p99.9", case: "round-trip-offloads-on", value: "round trip p99.9" },
      { title: "one way at 92 %, known flow, p50", case: "one-way-59793", value: "known p50" },
      { title: "p99", case: "one-way-59793", value: "known p99" },
      { title: "new flow, p50", case: "one-way-59793", value: "new p50" },
      { title: "p99", case: "one-way-59793", value: "new p99" },
    ],
  },
  {
    title: "TCP, Gbit/s (more is better)",
    columns: (["on", "off"] as const).flatMap((offloads) =>
      ["up", "down", "both"].map((direction) => ({
        title: `${direction === "both" ? "both ways" : direction}, offloads ${offloads}`,
        case: `tcp-${direction}-offloads-${offloads}`,
        value: "received",
      })),
    ),
  },
];
