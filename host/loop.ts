/** When packets are carried: while there are any, but never for longer than others can wait. */

/** What to do when nothing is waiting: sleep at once, look again for a while first, or never sleep. */
export const POLLS = ["block", "adaptive", "spin"] as const;
export type Poll = (typeof POLLS)[number];

/** What the loop repeats, and by which means. */
export interface Work {
  /** Carries what is waiting, `now` by the clock below. Returns how many packets that was. */
  forward: (now: number) => number;

  /**
   * Sleeps until there are packets, something for the event loop, or `milliseconds` have passed.
   * Returns whether the event loop has something to do.
   */
  sleep: (milliseconds: number) => boolean;

  /** Milliseconds, by a clock that never goes back. */
  now: () => number;
}

/** Milliseconds after which the event loop gets its turn while packets keep coming. */
const SLICE = 1;

/** Milliseconds of one sleep: timers of the event loop may be late by as much; its sockets wake. */
const SLEEP = 20;

/**
 * Milliseconds for which "adaptive" looks again after a packet: longer than an answer takes to
 * come from a near host, so that a conversation is not slowed down by waking up.
 */
const LINGER = 0.1;

/** Repeats `work` until it is stopped or `work` throws. */
export class Loop {
  /** Settles when the last batch is done: rejects with what `work` threw. */
  readonly ended: Promise<void>;
  readonly #work: Work;
  /** Milliseconds. */
  readonly #linger: number;
  readonly #finish: { resolve: () => void; reject: (error: unknown) => void };
  #isStopping = false;
  /** When packets were carried last. */
  #busy = 0;
  /** Whether the event loop has just been served: it asks for what is new only in its next turn. */
  #isServed = false;

  constructor(work: Work, poll: Poll) {
    this.#work = work;
    this.#linger = { block: 0, adaptive: LINGER, spin: Infinity }[poll];
    const { promise, resolve, reject } = withResolvers();
    this.ended = promise;
    this.#finish = { resolve, reject };
    setImmediate(() => this.#turn());
  }

  /** Ends the loop, after the batch that is under way. */
  stop(): void {
    this.#isStopping = true;
  }

  /** In a callback of setImmediate, so that all else has had its turn before. */
  #turn(): void {
    if (this.#isStopping) return this.#finish.resolve();
    try {
      this.#carry();
    } catch (error) {
      return this.#finish.reject(error);
    }
    setImmediate(() => this.#turn());
  }

  #carry(): void {
    const { now } = this.#work;
    const begin = now();
    for (let time = begin; time < begin + SLICE && !this.#isStopping; time = now()) {
      if (this.#work.forward(time) > 0) this.#busy = time;
      else if (time >= this.#busy + this.#linger && this.#rest()) return;
    }
  }

  /** Sleeps, and carries what has woken it. Returns whether the event loop is to have its turn. */
  #rest(): boolean {
    const { forward, sleep, now } = this.#work;
    if (this.#isServed) {
      this.#isServed = false;
      return true;
    }
    this.#isServed = sleep(SLEEP);
    if (this.#isServed) return true;
    const woken = now();
    if (forward(woken) > 0) this.#busy = woken;
    return false;
  }
}

/** `Promise.withResolvers` of later JavaScript. */
function withResolvers() {
  let resolve!: () => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<void>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  return { promise, resolve, reject };
}
