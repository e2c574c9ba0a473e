/** Reports as lines for a reader. */
import { Bounds } from "./bound.ts";
import { ASSUMPTIONS, TRUSTED_BASE } from "./proofs/assumptions.ts";
import type { Shortfall, Status, UnitReport } from "./report.ts";

/** What was looked at, and how it came out. */
export interface Verdict {
  /** The module's file and hash, and its size in octets. */
  module: string;
  sha256: string;
  octets: number;
  /** What units had to have in their name, where not all of them were asked for. */
  only?: string;
  solver: string;
  /** Where answers were kept, if they were. */
  cacheFolder: string | undefined;
  reports: UnitReport[];
  /** Most instructions that a packet may take, if all that this depends on is proved. */
  instructionsPerPacket: number | undefined;
  seconds: number;
}

const MOST_FAILURES = 5;
const NAME_WIDTH = 36;

/** One line; more if it is not proved. */
export function unitLines(report: UnitReport): string[] {
  const { unit, theorem, status, paths, shown, queries, cached, seconds, failures } = report;
  const asked =
    cached > 0
      ? `${queries + cached} queries (${cached} known)`
      : counted(queries, "query", "queries");
  const columns = [
    status.padEnd(8),
    unit.padEnd(NAME_WIDTH),
    counted(paths, "path", "paths").padStart(9),
    counted(shown, "claim", "claims").padStart(11),
    asked.padStart(12),
    `${seconds.toFixed(1)} s`.padStart(8),
    theorem,
  ];
  const excess = failures.length - MOST_FAILURES;
  return [
    columns.join("  "),
    ...failures.slice(0, MOST_FAILURES).flatMap(failureLines),
    ...(excess > 0 ? [`         and ${excess} more`] : []),
  ];
}

function failureLines({ what, status, why, counterexample = [] }: Shortfall): string[] {
  const kind = status === "sat" ? "false" : "not decided";
  const lines = [`         ${kind}: ${what}${why ? ` (${why})` : ""}`];
  return [...lines, ...counterexample.map((line) => `             ${line}`)];
}

/** The end of the report. */
export function summaryLines(verdict: Verdict): string[] {
  const { reports, instructionsPerPacket, cacheFolder } = verdict;
  const total = (of: (report: UnitReport) => number) =>
    reports.reduce((sum, one) => sum + of(one), 0);
  const cached = total(({ cached }) => cached);
  const known = cached > 0 ? `, ${cached} more known from ${cacheFolder}` : "";
  const tally = tallyOf(reports);
  return [
    "",
    `${verdict.module}, ${verdict.octets} octets`,
    `sha256 ${verdict.sha256}`,
    `${counted(
      total(({ paths }) => paths),
      "path",
      "paths",
    )}, ${counted(
      total(({ shown }) => shown),
      "claim",
      "claims",
    )}, ` +
      `${counted(
        total(({ queries }) => queries),
        "query",
        "queries",
      )} to ${verdict.solver || "no solver"}${known}, ` +
      `${verdict.seconds.toFixed(0)} s`,
    ...(instructionsPerPacket === undefined
      ? []
      : [`at most ${instructionsPerPacket} instructions per packet`]),
    "",
    "Assumed:",
    ...ASSUMPTIONS.map((sentence) => `  ${sentence}`),
    "Trusted:",
    ...TRUSTED_BASE.map((sentence) => `  ${sentence}`),
    "",
    ...(verdict.only === undefined
      ? []
      : [`A part of the proof: what has "${verdict.only}" in its name.`]),
    `${tally.proved} proved, ${tally.refuted} refuted, ${tally["gave up"]} gave up`,
  ];
}

export function tallyOf(reports: readonly UnitReport[]): Record<Status, number> {
  const tally: Record<Status, number> = { proved: 0, refuted: 0, "gave up": 0 };
  for (const { status } of reports) tally[status] += 1;
  return tally;
}

/** The report as one document. */
export function asDocument(verdict: Verdict, isProved: boolean): Record<string, unknown> {
  const { reports, ...rest } = verdict;
  return {
    proved: isProved,
    ...rest,
    tally: tallyOf(reports),
    assumptions: ASSUMPTIONS,
    trustedBase: TRUSTED_BASE,
    units: reports,
  };
}

/** The loops over a batch, of which each packet takes one round. */
const LOOPS = ["nat/ahead/guess", "nat/ahead/touch", "index/process"];

/** Of a packet: a round of each loop over the batch, and what that calls. */
export function perPacket(
  reports: UnitReport[],
  functions: Record<string, number>,
): number | undefined {
  const bounds = new Bounds(reports, Object.keys(functions));
  const rounds = LOOPS.map((name) => bounds.ofRound(name));
  return rounds.reduce(
    (sum, round) => (sum === undefined || round === undefined ? undefined : sum + round),
    0,
  );
}

function counted(count: number, one: string, more: string): string {
  return `${count} ${count === 1 ? one : more}`;
}
