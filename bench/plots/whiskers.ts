/** Lines from the least to the most of what a point is the median of. */
import type { CustomSeriesOption } from "echarts";
import type { SpreadAt } from "./plot.ts";

/** Pixels to either side. */
const CAP = 3;

/** `common` is what all series of a rival have in common. */
export function whiskers(
  common: CustomSeriesOption,
  spreads: SpreadAt[],
  colour: string,
): CustomSeriesOption {
  const style = { stroke: colour, lineWidth: 1, opacity: 0.7, fill: "none" };
  return {
    ...common,
    type: "custom",
    clip: true,
    encode: { x: [0, 2], y: [1, 3] },
    data: spreads.map(({ from, to }) => [...from, ...to]),
    renderItem(_, api) {
      const [from, to] = [0, 2].map((first) =>
        api.coord([api.value(first), api.value(first + 1)]),
      ) as [Place, Place];
      const pathData = linesOf(from, to)
        .map(([[x1, y1], [x2, y2]]) => `M${x1} ${y1}L${x2} ${y2}`)
        .join("");
      return { type: "path", shape: { pathData }, style };
    },
  };
}

type Place = [x: number, y: number];

/** The line itself, and one across each of its ends. */
function linesOf(from: Place, to: Place): [Place, Place][] {
  const [acrossX, acrossY] = from[0] === to[0] ? [CAP, 0] : [0, CAP];
  const caps = [from, to].map(([x, y]): [Place, Place] => [
    [x - acrossX, y - acrossY],
    [x + acrossX, y + acrossY],
  ]);
  return [[from, to], ...caps];
}
