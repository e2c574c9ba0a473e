/**
 * Rounds of which each measures every case once with either rival, one right after the other, the
 * former first in every other round. Between any two measurements a calibration loop tells how fast
 * the machine runs just then.
 */
import { loadavg } from "node:os";
import { type Spread, spread } from "../spread.ts";
import { calibration } from "../calibration.ts";
import type { Case, Figure } from "./cases.ts";
import { RIVALS, type Rival, type RivalName } from "./rivals.ts";

/** How far apart the calibrations of a round may be that counts: the slowest over the fastest. */
export const STEADY = 1.25;

/** Milliseconds that a measurement may take. */
const PATIENCE = 30_000;

/** Either rival's figure in one round. */
export interface Pair {
  round: number;
  figures: Record<RivalName, Figure>;
  /** ns a step of the calibration loop: before, between and after the two. */
  calibrations: number[];
  /** The machine's load average of the last minute, this bench included. */
  load: number;
}

export interface Summary {
  title: string;
  unit: string;
  rounds: number;
  leftOut: number;
  /** Of the rounds that count; absent if there is none. */
  rates: Record<RivalName, Spread> | undefined;
  /** Provenat's figure over Linux's of the same round: in the rounds that count, and in all. */
  ratio: Spread | undefined;
  ratioOfAll: Spread;
  /** Part of the offered packets that arrived, in the middle round. */
  arrived: Record<RivalName, number> | undefined;
  pairs: Pair[];
}

/** Measures one case once with either rival. */
export async function measurePair(subject: Case, rivals: Rival[], round: number): Promise<Pair> {
  const figures: Partial<Record<RivalName, Figure>> = {};
  const calibrations = [calibration()];
  for (const rival of round % 2 === 1 ? rivals : rivals.toReversed()) {
    rival.begin();
    figures[rival.name] = await inTime(subject.measure(rival), `${rival.name}: ${subject.title}`);
    rival.end();
    calibrations.push(calibration());
  }
  return {
    round,
    figures: figures as Record<RivalName, Figure>,
    calibrations,
    load: loadavg()[0]!,
  };
}

export function summarize({ title, unit }: Case, pairs: Pair[]): Summary {
  const kept = pairs.filter(isSteady);
  const ratios = (of: Pair[]): number[] =>
    of.map(({ figures }) => figures.provenat.value / figures.linux.value);
  const hasKept = kept.length > 0;
  return {
    title,
    unit,
    rounds: pairs.length,
    leftOut: pairs.length - kept.length,
    rates: hasKept
      ? byRival((name) => spread(kept.map((pair) => pair.figures[name].value)))
      : undefined,
    ratio: hasKept ? spread(ratios(kept)) : undefined,
    ratioOfAll: spread(ratios(pairs)),
    arrived: arrivedOf(pairs),
    pairs,
  };
}

function isSteady({ calibrations }: Pair): boolean {
  return Math.max(...calibrations) <= Math.min(...calibrations) * STEADY;
}

function arrivedOf(pairs: Pair[]): Summary["arrived"] {
  if (pairs[0]?.figures.linux.offered === undefined) return undefined;
  return byRival((name) => {
    const parts = pairs.map(({ figures }) => figures[name].value / figures[name].offered!);
    return spread(parts).median;
  });
}

function byRival<T>(value: (name: RivalName) => T): Record<RivalName, T> {
  return Object.fromEntries(RIVALS.map((name) => [name, value(name)])) as Record<RivalName, T>;
}

async function inTime<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `${what}: not done after ${PATIENCE / 1000} s. Run it on a less busy machine.`;
    timer = setTimeout(() => reject(new Error(message)), PATIENCE);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
