/**
 * The micro-benchmark: nanoseconds a packet costs in memory, for the network function that does
 * nothing, the NAT over a stock hash table, and the NAT that ships.
 *
 * Every round measures each rival once, one after the other; figures are medians over the rounds
 * whose calibration loop ran within 25 % of the best one (the machine's fast state). Rounds left
 * out are counted. All code runs in TurboFan: see the flag below.
 */
import { spawnSync } from "node:child_process";
import { calibration } from "../calibration.ts";
import { spread } from "../spread.ts";
import { CROWD, FUNCTIONS, type Case, knownFlows, newFlows } from "./cases.ts";
import { netCost } from "./measure.ts";
import { type Row, save, table } from "./report.ts";

const ROUNDS = Number(process.env["PROVENAT_BENCH_ROUNDS"] ?? 7);
const SLOW = 1.25;
const LIVE = [1, 1000, 32_768, 60_000];
const BATCH = 64;
const TURNOVERS = [3, 20];
const FLAG = "--no-liftoff";

if (!process.execArgv.includes(FLAG)) {
  const args = [FLAG, "--import", "tsx", import.meta.filename];
  process.exit(spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1);
}

const rows: Row[] = [];
for (const live of LIVE) {
  const known = FUNCTIONS.map((name) => knownFlows(name, live, BATCH));
  rows.push(measure(`${live} live`, BATCH, known));
}
for (const turnovers of TURNOVERS) {
  const crowded = (["unverified", "core"] as const).map((name) => newFlows(name, BATCH, turnovers));
  rows.push(measure(`new flows at ${CROWD} live, after ${turnovers} turnovers`, BATCH, crowded));
  const held = crowded.map((subject) => `${subject.name} ${subject.occupancy()}`).join(", ");
  progress(`  ports held at the end: ${held} of 65535`);
}
const file = save(rows);
console.log(table(rows));
console.log(`\nWritten to ${file}.`);

function measure(title: string, batch: number, subjects: Case[]): Row {
  const rounds = Array.from({ length: ROUNDS }, () => ({
    speed: calibration(),
    costs: subjects.map(netCost),
  }));
  const best = Math.min(...rounds.map(({ speed }) => speed));
  const kept = rounds.filter(({ speed }) => speed <= best * SLOW);
  const costs = subjects.map(
    ({ name }, i) => [name, spread(kept.map((round) => round.costs[i]!))] as const,
  );
  const left = rounds.length - kept.length;
  const row: Row = {
    title,
    batch,
    leftOut: left,
    rounds: ROUNDS,
    costs: Object.fromEntries(costs),
  };
  const text = costs.map(([name, { median }]) => `${name} ${median.toFixed(1)}`).join("  ");
  progress(
    `batch ${batch}, ${title}: ${text}  (ns a packet; ${left} of ${ROUNDS} rounds left out)`,
  );
  return row;
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
