/**
 * How a rival looks in all plots, whoever else is in them. The colour says by which devices, dashes
 * and the marker say which core. Colours are those that colour-blind people can tell apart.
 */

export interface Look {
  readonly colour: string;
  readonly dash: "solid" | "dashed" | "dotted";
  readonly marker: "circle" | "triangle" | "rect" | "diamond" | "emptyCircle";
}

const DEVICES: Record<string, string> = {
  tun: "#0072b2",
  tap: "#009e73",
  "tap-direct": "#6a51a3",
  xdp: "#d55e00",
  "tun-spin": "#56b4e9",
  "tap-spin": "#7fc97f",
  "tap-direct-spin": "#9e9ac8",
  "xdp-spin": "#e69f00",
};

const CORES: Record<string, Omit<Look, "colour">> = {
  provenat: { dash: "solid", marker: "circle" },
  unverified: { dash: "dashed", marker: "triangle" },
  nop: { dash: "dotted", marker: "rect" },
};

const OTHERS: Record<string, Look> = {
  linux: { colour: "#000000", dash: "solid", marker: "diamond" },
  "linux-flowtable": { colour: "#666666", dash: "dashed", marker: "diamond" },
  "linux-forward": { colour: "#999999", dash: "dotted", marker: "diamond" },
  slirp4netns: { colour: "#cc79a7", dash: "solid", marker: "emptyCircle" },
  pasta: { colour: "#882255", dash: "solid", marker: "emptyCircle" },
};

const UNKNOWN: Look = { colour: "#8c6d31", dash: "dashed", marker: "emptyCircle" };

export function lookOf(rival: string): Look {
  const [, core = "", devices = ""] = /^([^-]+)-(.*)$/.exec(rival) ?? [];
  const [colour, rest] = [DEVICES[devices], CORES[core]];
  if (colour !== undefined && rest !== undefined) return { colour, ...rest };
  return OTHERS[rival] ?? UNKNOWN;
}
