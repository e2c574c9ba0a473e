/** The README's table: a line for each network function, a column for each headline. */
import { machineOf, plural, roundsOf } from "../netns/conditions.ts";
import { labelOf } from "../netns/labels.ts";
import type { Results } from "../netns/results.ts";
import type { RivalSummary, ValueSummary } from "../netns/summary.ts";
import { GROUPS, type Group, type Headline } from "./headlines.ts";

/** What ratios are to; it has none itself. */
const BASELINE = "linux";

/** Markdown. `file` is where all figures are. Throws if no headline has any. */
export function tableOf(results: Results, file: string): string {
  const groups = GROUPS.map((group) => present(group, results)).filter(
    ({ columns }) => columns.length > 0,
  );
  if (groups.length === 0) {
    const remedy = "Measure some cases of bench/table/headlines.ts with `npm run bench:netns`";
    throw new Error(`${file}: has nothing of what the table shows. ${remedy}.`);
  }
  const tables = groups.map((group) => tableOfGroup(group, results));
  return [...tables, caption(groups, results, file)].join("\n\n");
}

function present({ title, columns }: Group, results: Results): Group {
  const known = Object.keys(results.rivals);
  return {
    title,
    columns: columns.filter((column) => known.some((rival) => cell(column, rival, results) !== "")),
  };
}

function tableOfGroup({ title, columns }: Group, results: Results): string {
  const lines = Object.keys(results.rivals)
    .map((rival) => ({ rival, cells: columns.map((column) => cell(column, rival, results)) }))
    .filter(({ cells }) => cells.some((text) => text !== ""))
    .map(({ rival, cells }) => line([nameOf(rival), ...cells]));
  const head = line([title, ...columns.map((column) => column.title)]);
  return [head, line(Array(columns.length + 1).fill("---"), ""), ...lines].join("\n");
}

function line(cells: string[], space = " "): string {
  return `|${cells.map((text) => `${space}${text}${space}`).join("|")}|`;
}

function nameOf(rival: string): string {
  const label = labelOf(rival);
  return rival.startsWith("provenat") ? `**${label}**` : label;
}

/** Empty if it was not measured. */
function cell(headline: Headline, rival: string, results: Results): string {
  const summary = summaryOf(headline, rival, results);
  if (summary === undefined) return "";
  const value = summary.values[headline.value];
  if (value === undefined) return summary.failures > 0 ? "failed" : "";
  const failed = summary.failures > 0 ? `<br>${summary.failures} failed` : "";
  const below = rival === BASELINE ? spreadText(value.all) : ratioText(value);
  return `${rounded(value.all.median)}<br>${below}${failed}`;
}

function summaryOf(
  headline: Headline,
  rival: string,
  { cases }: Results,
): RivalSummary | undefined {
  const ofCase = cases.find((summary) => summary.case === headline.case);
  return ofCase?.rivals.find((summary) => summary.rival === rival);
}

/** Of steady rounds only. */
function ratioText({ ratio }: ValueSummary): string {
  if (ratio === undefined) return "no ratio";
  const { steady, rounds, leftOut } = ratio;
  if (steady === undefined) return `all of ${rounds} left out`;
  const kept = leftOut > 0 ? `, ${rounds - leftOut} of ${rounds}` : "";
  return `**${steady.median.toFixed(2)}** ${spreadText(steady, 2)}${kept}`;
}

function spreadText({ least, most }: { least: number; most: number }, digits?: number): string {
  return `(${rounded(least, digits)}-${rounded(most, digits)})`;
}

function rounded(value: number, digits = value < 10 ? 2 : 1): string {
  return value.toFixed(digits);
}

function caption(groups: Group[], results: Results, file: string): string {
  const rivals = Object.keys(results.rivals).filter((rival) => rival !== BASELINE);
  const ratios = groups
    .flatMap(({ columns }) => columns)
    .flatMap((column) =>
      rivals.map((rival) => summaryOf(column, rival, results)?.values[column.value]?.ratio),
    )
    .filter((ratio) => ratio !== undefined);
  const all = ratios.reduce((sum, { rounds }) => sum + rounds, 0);
  const leftOut = ratios.reduce((sum, ratio) => sum + ratio.leftOut, 0);
  const failed = results.failed.length;
  return [
    `Medians of ${roundsOf(results)} and, below, **ratios** to nftables in the same round, with their spread (nftables: its own).`,
    `Of ${plural(all, "ratio")} ${leftOut} ${leftOut === 1 ? "is" : "are"} left out, where the machine changed its speed meanwhile ("6 of 7" says how many are not).`,
    `${failed === 0 ? "No measurement" : plural(failed, "measurement")} failed.`,
    `${machineOf(results)}.`,
    ...(results.command === undefined ? [] : [`Command: \`${results.command}\`.`]),
    `[All figures and their conditions](${file}).`,
  ].join(" ");
}
