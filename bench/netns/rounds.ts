/**
 * Rounds, of which each measures every case once of each rival, one right after the other; each
 * round begins with another one. Around any measurement a calibration loop tells how fast the
 * machine runs just then.
 */
import { loadavg } from "node:os";
import { calibration } from "../calibration.ts";
import { inBed } from "./bed.ts";
import { type Case, type Figure, suits } from "./cases.ts";
import type { Native } from "./native.ts";
import type { Measurement, MeasurementRecord } from "./record.ts";
import type { Rival } from "./rivals/rival.ts";

export interface Task {
  subject: Case;
  rival: Rival;
  round: number;
}

/** All that is to be measured, in that order. */
export function tasksOf(cases: Case[], rivals: Rival[], rounds: number): Task[] {
  const numbers = Array.from({ length: rounds }, (_, index) => index + 1);
  return numbers.flatMap((round) =>
    cases.flatMap((subject) =>
      rotated(rivals, round - 1)
        .filter((rival) => suits(subject, rival))
        .map((rival) => ({ subject, rival, round })),
    ),
  );
}

/** Does those of `tasks` that are not in the record. A failure is recorded, and the rest goes on. */
export async function measureAll(
  tasks: Task[],
  record: MeasurementRecord,
  native: Native,
  progress: (line: string) => void,
): Promise<void> {
  const missing = tasks.filter(
    ({ subject, rival, round }) => !record.has(subject.name, rival.name, round),
  );
  const begin = performance.now();
  for (const [index, task] of missing.entries()) {
    const measurement = await measure(task, native);
    record.add(measurement);
    const each = (performance.now() - begin) / (index + 1);
    const left = missing.length - index - 1;
    const rest = `${left} left, ${Math.ceil((left * each) / 60_000)} min`;
    progress(`round ${task.round}, ${task.subject.name}: ${told(task, measurement)} (${rest})`);
  }
}

async function measure({ subject, rival, round }: Task, native: Native): Promise<Measurement> {
  const before = calibration();
  const outcome = await attempt(subject, rival, native);
  return {
    case: subject.name,
    rival: rival.name,
    round,
    ...outcome,
    calibrations: [before, calibration()],
    load: loadavg()[0]!,
    time: new Date().toISOString(),
  };
}

async function attempt(
  subject: Case,
  rival: Rival,
  native: Native,
): Promise<{ figure: Figure } | { problem: string }> {
  try {
    return { figure: await inBed(rival, native, subject.offloads, (bed) => subject.measure(bed)) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function told({ subject, rival }: Task, { figure, problem }: Measurement): string {
  if (figure === undefined) return `${rival.name} FAILED: ${problem}`;
  const values = Object.entries(figure.values).map(
    ([name, value]) => `${name} ${value.toFixed(3)}`,
  );
  return `${rival.name} ${values.join(", ")} ${subject.unit}`;
}

function rotated<T>(values: T[], by: number): T[] {
  const start = by % values.length;
  return [...values.slice(start), ...values.slice(0, start)];
}
