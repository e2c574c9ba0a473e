/** What is plotted, whoever draws it. */

export interface Plot {
  /** Of its file. */
  readonly name: string;
  readonly title: string;
  readonly panels: Panel[];
}

export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: Series[];
}

export interface Axis {
  readonly name: string;
  readonly scale: "linear" | "log2" | "log10";
  /** Without it, as far as the points go. */
  readonly most?: number;
}

/** One of a rival. */
export interface Series {
  readonly rival: string;
  readonly line: Point[];
  readonly spreads: SpreadAt[];
}

export type Point = readonly [x: number, y: number];

/** Where a median is, and how far the figures go that it is of. */
export interface SpreadAt {
  readonly at: Point;
  readonly from: Point;
  readonly to: Point;
}

/** Of rivals that have none of the points, nothing is to be seen, not even their names. */
export function visible(series: Series[]): Series[] {
  return series.filter(({ line }) => line.length > 0);
}
