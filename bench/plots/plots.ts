/** All plots of some results, as far as they have what it takes. */
import { machineOf, roundsOf } from "../netns/conditions.ts";
import type { Results } from "../netns/results.ts";
import { draw } from "./draw.ts";
import { latencyPlots } from "./latencies.ts";
import { ratePlots } from "./rates.ts";
import { tailPlots } from "./tails.ts";

/** SVG by file name. */
export function drawAll(results: Results): Map<string, string> {
  const plots = [ratePlots, latencyPlots, tailPlots].flatMap((make) => make(results));
  const conditions = `Medians of ${roundsOf(results)} and their spread. ${machineOf(results)}.`;
  return new Map(plots.map((plot) => [`${plot.name}.svg`, draw(plot, conditions)]));
}

/** `results` without all rivals but `names`, if there are names. Throws if there is no such rival. */
export function only(results: Results, names: string[] | undefined): Results {
  if (names === undefined) return results;
  const unknown = names.find((name) => !Object.hasOwn(results.rivals, name));
  if (unknown !== undefined) {
    const known = Object.keys(results.rivals).join(", ");
    throw new Error(`there is no rival "${unknown}" in these results. Name some of ${known}.`);
  }
  const kept = Object.entries(results.rivals).filter(([name]) => names.includes(name));
  return { ...results, rivals: Object.fromEntries(kept) };
}
