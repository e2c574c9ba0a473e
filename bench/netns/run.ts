/**
 * The benchmark in network namespaces: provenat against masquerading of nftables, as routers of the
 * same network. What is measured, and how, is said in cases.ts and rounds.ts.
 *
 * It takes root, two processors, nft, iperf3, ethtool, and about half a minute a round:
 * PROVENAT_BENCH_ROUNDS says how many, 7 by default.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lab } from "../../host/demo/lab.ts";
import { removeLeftovers } from "../../host/demo/leftovers.ts";
import { type Case, prepareCases } from "./cases.ts";
import { whyNoBench } from "./obstacles.ts";
import { notes, save, table } from "./report.ts";
import { type Rival, linux, provenat } from "./rivals.ts";
import { type Pair, measurePair, summarize } from "./rounds.ts";
import { buildTopology } from "./topology.ts";

const ROUNDS = Number(process.env["PROVENAT_BENCH_ROUNDS"] ?? 7);

try {
  const obstacle = whyNoRounds() ?? whyNoBench();
  if (obstacle !== undefined) throw new Error(obstacle);
  await bench();
} catch (error) {
  progress(`bench:netns: ${(error as Error).message}`);
  process.exitCode = 1;
}

function whyNoRounds(): string | undefined {
  if (Number.isInteger(ROUNDS) && ROUNDS > 0) return undefined;
  return "PROVENAT_BENCH_ROUNDS is not a whole number above 0. Leave it out, for 7.";
}

async function bench(): Promise<void> {
  // The lab, as well as the folder, goes whenever this process exits.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, (_: NodeJS.Signals, number: number) => process.exit(128 + number));
  }
  removeLeftovers(progress);
  const folder = mkdtempSync(join(tmpdir(), "provenat-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const lab = new Lab(`provenat-${process.pid}`);
  try {
    progress("Building the network ...");
    buildTopology(lab);
    const rivals = [linux(lab), await provenat(lab, join(folder, "control.sock"))];
    const cases = prepareCases(lab);
    report(cases, await measureAll(cases, rivals));
  } finally {
    await lab.close();
  }
}

/** Resolves to the pairs of each case. */
async function measureAll(cases: Case[], rivals: Rival[]): Promise<Pair[][]> {
  const pairs: Pair[][] = cases.map(() => []);
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [index, subject] of cases.entries()) {
      const pair = await measurePair(subject, rivals, round);
      pairs[index]!.push(pair);
      const { linux, provenat } = pair.figures;
      const values = `linux ${linux.value.toFixed(2)}, provenat ${provenat.value.toFixed(2)}`;
      progress(`round ${round} of ${ROUNDS}, ${subject.title}: ${values} ${subject.unit}`);
    }
  }
  return pairs;
}

function report(cases: Case[], pairs: Pair[][]): void {
  const summaries = cases.map((subject, index) => summarize(subject, pairs[index]!));
  const file = save(summaries);
  console.log(table(summaries));
  console.log("");
  for (const note of notes(summaries)) console.log(note);
  console.log(`\nWritten to ${file}.`);
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
