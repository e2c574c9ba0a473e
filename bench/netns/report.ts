/** The results: as JSON, and as Markdown tables with what has to be known of them. */
import { release } from "node:os";
import type { Spread } from "../spread.ts";
import { STEADY, type Summary } from "./summary.ts";
import type { MeasurementRecord } from "./record.ts";
import type { Findings } from "./results.ts";
import type { Rival } from "./rivals/rival.ts";

/** What the figures are of, and what they are not of. */
const NOTES = [
  "Linux is nftables masquerade and no other rule, with threaded NAPI, without verifying transport checksums.",
  "All of the router, and the server's receive path, run on processor 0 at real-time priority; generator, sink and endpoints on processor 1. TCP is limited by its endpoints as well, which share processor 1 with all other work of the machine.",
  "With the endpoints' offloads on, what they send goes past the router's NAPI; it is steered to processor 0 (RPS), for every rival.",
  "provenat sleeps while there are no packets, and comes before the router's receive threads. Where it spins it is an ordinary process and comes after them: under overload they take packets only to drop them.",
  "Over AF_XDP and TAP provenat is the router itself; AF_XDP is measured only with the endpoints' offloads off, for all rivals alike.",
  "Links are veths but where a rival's title says otherwise; only the topology above them is the same.",
  "Every measurement has a network and processes of its own. Flows are open before rates are measured.",
  "Frames have 60 octets (UDP), and come in an order without pattern. Outbound only.",
  "loss-free: the highest rate found by binary search at which less than 0.1 % was lost in one of up to two goes of 0.8 s, to 2 %; the lowest rate that failed was tried again at the end, and the search went on if it succeeded. overload: what arrived of 2.5 million packets a second, or of as many as the generator could send.",
  "rate-frames: XDP frames, sent by a program in the kernel; rate-packets: ordinary packets, of a socket. stack: the server's kernel drops them at its first hook, as socket buffers; xdp: a program drops them before, which is nearly free for a rival that sends XDP frames and saves the others nothing. One packet of 1,024 goes on to a socket, where its source and checksums are looked at: a measurement with a wrong one fails.",
  "one-way: from the client's device to a socket of the server, which is polled; packets of known flows and of new ones in turns, 3,300 a second at most. round-trip: between two sockets of one process, which polls. For both, processor 0 is kept from halting.",
  `A ratio is to Linux in the same round. It is left out if the calibration loops before and after the two measurements differ by more than ${Math.round((STEADY - 1) * 100)} %: the machine changed its speed. "all" leaves nothing out.`,
];

/** Everything that was found, for bench/results. */
export function resultsOf(
  summaries: Summary[],
  rivals: Rival[],
  record: MeasurementRecord,
): Findings {
  return {
    kernel: release(),
    notes: NOTES,
    rivals: Object.fromEntries(rivals.map(({ name, title }) => [name, title])),
    cases: summaries,
    failed: record.failed(),
    measurements: record.succeeded(),
  };
}

/** A table of all cases, a line for each value of each rival. */
export function table(summaries: Summary[]): string {
  const head = [
    "| case | rival | value | median (min-max) | ratio | ratio, all | left out |",
    "|---|---|---|---|---|---|---|",
  ];
  return [...head, ...summaries.flatMap(linesOf)].join("\n");
}

export function notes(): string {
  return NOTES.map((note) => `- ${note}`).join("\n");
}

function linesOf({ case: subject, unit, rivals }: Summary): string[] {
  return rivals.flatMap(({ rival, values, failures }) => {
    const lines = Object.entries(values).map(([value, { all, ratio }]) => {
      const leftOut = ratio === undefined ? "" : `${ratio.leftOut} of ${ratio.rounds}`;
      const cells = [cell(all), cell(ratio?.steady), cell(ratio?.all), leftOut];
      return `| ${subject} | ${rival} | ${value}, ${unit} | ${cells.join(" | ")} |`;
    });
    const failed = `| ${subject} | ${rival} | failed in ${failures} rounds | | | | |`;
    return failures > 0 ? [...lines, failed] : lines;
  });
}

function cell(value: Spread | undefined): string {
  if (value === undefined) return "";
  const [median, least, most] = [value.median, value.least, value.most].map(rounded);
  return `${median} (${least}-${most})`;
}

function rounded(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}
