/** The time that the core is given: whole milliseconds, never 0, never going back. */

/** Where a clock starts: the core takes 0 for "never". */
const START = 1000;

/** As far as a clock may be put forward: half of the core's range, which leaves it 69 years. */
const FURTHEST = 2 ** 41;

export class Clock {
  readonly #elapsed: () => number;
  readonly #zero: number;
  #advanced = 0;

  /** `elapsed` counts milliseconds on a monotonic clock; fractions are dropped. */
  constructor(elapsed: () => number = () => performance.now()) {
    this.#elapsed = elapsed;
    this.#zero = elapsed();
  }

  /** Milliseconds since the start. */
  uptime(): number {
    return Math.floor(this.#elapsed() - this.#zero);
  }

  /** Milliseconds for the core: more by START, and by what the clock was advanced. */
  now(): number {
    return START + this.#advanced + this.uptime();
  }

  /** Puts the clock forward. Returns false, and changes nothing, when that is too far. */
  advance(milliseconds: number): boolean {
    if (milliseconds < 0 || this.now() + milliseconds > FURTHEST) return false;
    this.#advanced += milliseconds;
    return true;
  }
}
