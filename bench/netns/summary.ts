/** What the measurements come to: of each rival its values, and their ratios to the baseline's. */
import { type Spread, spread } from "../spread.ts";
import type { Case } from "./cases.ts";
import type { Measurement, MeasurementRecord, Success } from "./record.ts";
import type { Rival } from "./rivals/rival.ts";

/**
 * How far apart the calibrations around two measurements may be whose ratio counts: the slowest
 * over the fastest.
 */
export const STEADY = 1.25;

export interface Summary {
  case: string;
  unit: string;
  rivals: RivalSummary[];
}

export interface RivalSummary {
  rival: string;
  rounds: number;
  failures: number;
  /** By value, as in "loss-free". */
  values: Record<string, ValueSummary>;
}

export interface ValueSummary {
  /** In all rounds. */
  all: Spread;
  /** Over the baseline's value of the same round; absent if there is none. */
  ratio?: Ratio;
}

export interface Ratio {
  /** Of the rounds during which the machine did not change its speed; absent if there are none. */
  steady?: Spread;
  /** Of every round. */
  all: Spread;
  rounds: number;
  /** Rounds that are in `all` only. */
  leftOut: number;
}

export function summarize(
  subject: Case,
  rivals: Rival[],
  baseline: string,
  record: MeasurementRecord,
): Summary {
  const ofCase = record.succeeded().filter((done) => done.case === subject.name);
  const base = ofCase.filter(({ rival }) => rival === baseline);
  const summaries = rivals.map(({ name }) => {
    const own = ofCase.filter(({ rival }) => rival === name);
    const failures = record
      .failed()
      .filter((done) => done.case === subject.name && done.rival === name).length;
    const names = Object.keys(own[0]?.figure.values ?? {});
    const values = names.map((value) => [value, summarizeValue(value, own, base)]);
    return { rival: name, rounds: own.length, failures, values: Object.fromEntries(values) };
  });
  return {
    case: subject.name,
    unit: subject.unit,
    rivals: summaries.filter(({ rounds, failures }) => rounds + failures > 0),
  };
}

function summarizeValue(name: string, own: Success[], base: Success[]): ValueSummary {
  const pairs = own.flatMap((mine) => {
    const theirs = base.find(({ round }) => round === mine.round);
    return theirs === undefined ? [] : [{ mine, theirs }];
  });
  const ratioOf = ({ mine, theirs }: (typeof pairs)[number]): number =>
    mine.figure.values[name]! / theirs.figure.values[name]!;
  const all = spread(own.map(({ figure }) => figure.values[name]!));
  if (pairs.length === 0) return { all };
  const steady = pairs.filter(({ mine, theirs }) => isSteady(mine, theirs));
  const ratio: Ratio = {
    ...(steady.length > 0 ? { steady: spread(steady.map(ratioOf)) } : {}),
    all: spread(pairs.map(ratioOf)),
    rounds: pairs.length,
    leftOut: pairs.length - steady.length,
  };
  return { all, ratio };
}

function isSteady(...measurements: Measurement[]): boolean {
  const calibrations = measurements.flatMap((measurement) => measurement.calibrations);
  return Math.max(...calibrations) <= Math.min(...calibrations) * STEADY;
}
