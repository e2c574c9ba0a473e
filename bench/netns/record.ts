/** What has been measured so far, a line of JSON for each measurement: a bench that was stopped goes on. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Figure } from "./cases.ts";

/** One case of one rival in one round. */
export interface Measurement {
  case: string;
  rival: string;
  round: number;
  /** Absent if it failed; then `problem` says how. */
  figure?: Figure;
  problem?: string;
  /** ns a step of the calibration loop, before and after. */
  calibrations: number[];
  /** The machine's load average of the last minute, this bench included. */
  load: number;
  time: string;
}

/** One that did not fail. */
export type Success = Measurement & { figure: Figure };

export class MeasurementRecord {
  readonly #file: string;
  readonly #measurements: Measurement[] = [];

  /**
   * Goes on with `file`, or begins it. `conditions` are what has to be the same for figures to be
   * comparable: throws when the file was begun under others.
   */
  constructor(file: string, conditions: object) {
    this.#file = file;
    const head = JSON.stringify(conditions);
    if (!existsSync(file)) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${head}\n`);
      return;
    }
    const [begun, ...lines] = readFileSync(file, "utf8").split("\n");
    if (begun !== head) {
      const difference = `${file}: was begun under other conditions: ${begun}`;
      throw new Error(`${difference}. Remove it, or give another folder with --folder.`);
    }
    // The last line is not complete if the machine went down.
    for (const line of lines.slice(0, -1)) this.#measurements.push(JSON.parse(line) as Measurement);
  }

  add(measurement: Measurement): void {
    this.#measurements.push(measurement);
    appendFileSync(this.#file, `${JSON.stringify(measurement)}\n`);
  }

  /** Whether it has been measured, and not in vain. */
  has(subject: string, rival: string, round: number): boolean {
    return this.succeeded().some(
      (done) => done.case === subject && done.rival === rival && done.round === round,
    );
  }

  succeeded(): Success[] {
    return this.#measurements.filter((done): done is Success => done.figure !== undefined);
  }

  /** Those that failed and were not made up for, each as it failed last. */
  failed(): Measurement[] {
    const failures = this.#measurements
      .filter((done) => done.figure === undefined)
      .filter((done) => !this.has(done.case, done.rival, done.round));
    const last = failures.map(
      (done) => [`${done.case} ${done.rival} ${done.round}`, done] as const,
    );
    return [...new Map(last).values()];
  }
}
