/** The results, as JSON in bench/results and as a Markdown table with what has to be known of it. */
import { release } from "node:os";
import { type Spread, spread } from "../spread.ts";
import { saveResults } from "../results.ts";
import { RIVALS } from "./rivals.ts";
import { STEADY, type Summary } from "./rounds.ts";

/** What the figures are of, and what they are not of. */
const NOTES = [
  "Linux is nftables masquerade and no other rule, with threaded NAPI, without verifying checksums; no flowtable.",
  "The topology is the same at the level of IP only: Linux forwards from veth to veth, provenat's packets go through two TUN devices and are routed twice.",
  "All of the router, and the server's receive path, run on processor 0 at real-time priority; generator, sink and endpoints on processor 1.",
  "Overload, outbound only: not the rate up to which nothing is lost. All flows exist before a measurement begins.",
  "Provenat does no segmentation offload: it gets each TCP segment by itself, where Linux forwards up to 64 KiB at once (with the endpoints' offloads off, too: the router's own GRO collects them).",
  "TCP is limited by its endpoints as well, which share processor 1 with all other work: on a busy machine the faster rival loses more.",
  `A round counts if the calibration loops before, between and after its two measurements agree within ${Math.round((STEADY - 1) * 100)} %: the machine did not change its speed. "all" leaves nothing out.`,
];

/** Writes the results and returns the file's name. */
export function save(summaries: Summary[]): string {
  const results = { kernel: release(), notes: NOTES, cases: summaries };
  return saveResults("netns", "npm run bench:netns", results);
}

export function table(summaries: Summary[]): string {
  const lines = summaries.map(({ title, unit, rates, ratio, ratioOfAll, leftOut, rounds }) => {
    const cells = [cell(rates?.linux), cell(rates?.provenat), cell(ratio), cell(ratioOfAll)];
    return `| ${title}, ${unit} | ${cells.join(" | ")} | ${leftOut} of ${rounds} |`;
  });
  const head = "| median (min-max) | Linux | provenat | ratio | ratio, all | left out |";
  return [head, "|---|---|---|---|---|---|", ...lines].join("\n");
}

/** The notes, and how much of what was offered arrived. */
export function notes(summaries: Summary[]): string[] {
  return [...NOTES, ...summaries.flatMap(noteOnLoad)].map((note) => `- ${note}`);
}

function noteOnLoad({ title, arrived, pairs }: Summary): string[] {
  if (arrived === undefined) return [];
  const parts = RIVALS.map((name) => {
    const offered = cell(spread(pairs.map(({ figures }) => figures[name].offered!)));
    const isAll = arrived[name] > 0.95;
    const limit = isAll ? ", so the generator is the bottleneck and the figure a lower bound" : "";
    return `${name} was offered ${offered} Mpps, of which ${Math.round(arrived[name] * 100)} % arrived${limit}`;
  });
  return [`${title}: ${parts.join("; ")}.`];
}

function cell(value: Spread | undefined): string {
  if (value === undefined) return "";
  const [median, least, most] = [value.median, value.least, value.most].map((n) => n.toFixed(2));
  return `${median} (${least}-${most})`;
}
