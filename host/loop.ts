/** When packets are carried: while there are any, but not for longer than others can wait. */

/** Batches carried before the event loop gets its turn: one to two milliseconds of full ones. */
const BATCHES = 8;

/** Calls back once when a device has packets or an error, after each time it was armed. */
export interface Waiter {
  arm(): void;
  close(): void;
}

/** Repeats `forward` until it is stopped or `forward` throws. */
export class Loop {
  /** Settles when the last batch is done: rejects with what `forward` threw. */
  readonly ended: Promise<void>;
  readonly #forward: () => number;
  readonly #waiter: Waiter;
  readonly #finish: { resolve: () => void; reject: (error: unknown) => void };
  #state: "waiting" | "carrying" | "stopping" | "ended" = "waiting";

  /** `forward` returns how many packets it carried; `waiterFor` makes a waiter that calls `wake`. */
  constructor(forward: () => number, waiterFor: (wake: () => void) => Waiter) {
    this.#forward = forward;
    const { promise, resolve, reject } = withResolvers();
    this.ended = promise;
    this.#finish = { resolve, reject };
    this.#waiter = waiterFor(() => this.#turn());
    this.#waiter.arm();
  }

  /** Ends the loop, after the batch that is under way. */
  stop(): void {
    if (this.#state === "carrying") this.#state = "stopping";
    else if (this.#state === "waiting") this.#end(this.#finish.resolve);
  }

  #turn(): void {
    if (this.#state === "ended") return;
    if (this.#state === "stopping") return this.#end(this.#finish.resolve);
    this.#state = "carrying";
    try {
      this.#carry();
    } catch (error) {
      this.#end(() => this.#finish.reject(error));
    }
  }

  #carry(): void {
    for (let batch = 0; batch < BATCHES; batch++) {
      if (this.#forward() > 0) continue;
      this.#state = "waiting";
      return this.#waiter.arm();
    }
    setImmediate(() => this.#turn());
  }

  #end(settle: () => void): void {
    this.#state = "ended";
    this.#waiter.close();
    settle();
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
