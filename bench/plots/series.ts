/** The figures of summaries, as lines of medians with their spread. */
import type { Summary } from "../netns/summary.ts";
import type { Series, SpreadAt } from "./plot.ts";

/** `value` of each rival, a point for each of `summaries`, which `abscissa` puts in their places. */
export function seriesOf(
  rivals: string[],
  summaries: Summary[],
  value: string,
  abscissa: (summary: Summary) => number,
): Series[] {
  return rivals.map((rival) => {
    const spreads = summaries
      .flatMap((summary) => spreadOf(summary, rival, value, abscissa(summary)))
      .sort((left, right) => left.at[0] - right.at[0]);
    return { rival, line: spreads.map(({ at }) => at), spreads };
  });
}

/** None, if it was not measured or failed. */
function spreadOf(summary: Summary, rival: string, value: string, x: number): SpreadAt[] {
  const all = summary.rivals.find((one) => one.rival === rival)?.values[value]?.all;
  if (all === undefined) return [];
  return [{ at: [x, all.median], from: [x, all.least], to: [x, all.most] }];
}
