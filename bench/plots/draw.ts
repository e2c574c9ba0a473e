/**
 * Plots as SVG, by ECharts and without a browser. The same plot is the same octets each time, and
 * has a background of its own, to be read on light and on dark pages.
 */
import { type EChartsOption, type LegendComponentOption, type SeriesOption, init } from "echarts";
import { labelOf } from "../netns/labels.ts";
import { lookOf } from "./looks.ts";
import type { Axis, Panel, Plot, Series } from "./plot.ts";
import { whiskers } from "./whiskers.ts";

/** Pixels. */
const WIDTH = 960;
const COLUMNS = 2;
const PANEL = { width: WIDTH / COLUMNS, height: 340 };
const INSIDE = { left: 70, right: 20, top: 40, bottom: 50 };
const HEADER = 60;
const LEGEND = { columns: 3, line: 24, margin: 20, icon: 30 };

const INK = "#222222";
const FAINT = "#dddddd";

/** `conditions` are a line below the title. */
export function draw(plot: Plot, conditions: string): string {
  const rivals = [...new Set(plot.panels.flatMap(({ series }) => series.map((one) => one.rival)))];
  const below = HEADER + Math.ceil(plot.panels.length / COLUMNS) * PANEL.height;
  const lines = Math.ceil(rivals.length / LEGEND.columns);
  const height = below + lines * LEGEND.line + LEGEND.margin;
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    textStyle: { color: INK, fontFamily: "sans-serif" },
    title: titles(plot, conditions),
    legend: columnsOf(rivals).map((column, index) => legend(column, index, below)),
    grid: plot.panels.map((_, index) => place(index)),
    xAxis: plot.panels.map(({ x }, gridIndex) => ({ ...axis(x), gridIndex, nameGap: 28 })),
    yAxis: plot.panels.map(({ y }, gridIndex) => ({ ...axis(y), gridIndex, nameGap: 48 })),
    series: plot.panels.flatMap(drawPanel),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return settled(svg, plot.name);
}

/** Without what is for a page with a pointer, and with names that nothing drawn before has part in. */
function settled(svg: string, name: string): string {
  const picture = svg
    .replaceAll(/ (ecmeta_\w+|pointer-events|class)="[^"]*"/g, "")
    .replace(/<style[^]*<\/style>\n?/, "")
    .replaceAll(/\bzr\d+-/g, `${name}-`);
  return `${picture.trimEnd()}\n`;
}

function place(index: number): NonNullable<EChartsOption["grid"]> {
  return {
    left: (index % COLUMNS) * PANEL.width + INSIDE.left,
    top: HEADER + Math.floor(index / COLUMNS) * PANEL.height + INSIDE.top,
    width: PANEL.width - INSIDE.left - INSIDE.right,
    height: PANEL.height - INSIDE.top - INSIDE.bottom,
  };
}

function titles({ title, panels }: Plot, conditions: string): NonNullable<EChartsOption["title"]> {
  const whole = {
    text: title,
    subtext: conditions,
    left: INSIDE.left,
    top: 8,
    itemGap: 6,
    textStyle: { color: INK, fontSize: 17 },
    subtextStyle: { color: INK, fontSize: 12 },
  };
  const parts = panels.map((panel, index) => ({
    text: panel.title,
    left: (index % COLUMNS) * PANEL.width + INSIDE.left,
    top: HEADER + Math.floor(index / COLUMNS) * PANEL.height + 14,
    padding: 0,
    textStyle: { color: INK, fontSize: 13 },
  }));
  return [whole, ...parts];
}

/** Filled line by line. */
function columnsOf(rivals: string[]): string[][] {
  return Array.from({ length: LEGEND.columns }, (_, column) =>
    rivals.filter((_, index) => index % LEGEND.columns === column),
  );
}

function legend(rivals: string[], column: number, top: number): LegendComponentOption {
  const width = (WIDTH - INSIDE.left) / LEGEND.columns;
  return {
    data: rivals.map(labelOf),
    orient: "vertical",
    left: INSIDE.left + column * width,
    top,
    padding: 0,
    itemWidth: LEGEND.icon,
    itemHeight: LEGEND.line - 10,
    itemGap: 10,
    textStyle: { color: INK },
  };
}

const SCALES = {
  linear: { type: "value" },
  log2: { type: "log", logBase: 2 },
  log10: { type: "log", logBase: 10 },
} as const;

function axis({ name, scale, most }: Axis) {
  return {
    ...SCALES[scale],
    name,
    nameLocation: "middle" as const,
    ...(most === undefined ? {} : { max: most }),
    nameTextStyle: { color: INK },
    axisLabel: { color: INK, formatter: textOf },
    axisLine: { show: true, onZero: false, lineStyle: { color: INK } },
    splitLine: { lineStyle: { color: FAINT } },
  };
}

/** As in "65,000", and "0.001" for what a computer takes for 0.00099999. */
function textOf(value: number): string {
  const text = String(Number(value.toPrecision(6)));
  return value < 1000 ? text : text.replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

function drawPanel({ series }: Panel, index: number): SeriesOption[] {
  return series.flatMap((one) => drawSeries(one, { xAxisIndex: index, yAxisIndex: index }));
}

function drawSeries(
  { rival, line, spreads }: Series,
  axes: { xAxisIndex: number; yAxisIndex: number },
): SeriesOption[] {
  const { colour, dash, marker } = lookOf(rival);
  const common = { ...axes, name: labelOf(rival), itemStyle: { color: colour }, silent: true };
  return [
    {
      ...common,
      type: "line",
      data: line.map((point) => [...point]),
      symbol: marker,
      showSymbol: false,
      lineStyle: { color: colour, type: dash, width: 1.75 },
    },
    {
      ...common,
      type: "scatter",
      data: spreads.map(({ at }) => [...at]),
      symbol: marker,
      symbolSize: 7,
    },
    whiskers(common, spreads, colour),
  ];
}
