/** Solvers asked in turn, each time for longer: where one is lost, another may need no time at all. */
import type { Backend, Reply } from "./process.ts";
import type { Query } from "./smtlib.ts";

const GROWTH = 3;

export class Turns implements Backend {
  readonly name: string;
  readonly #backends: readonly Backend[];
  readonly #sliceMs: number;
  /** The one that knew the last answer: queries of one kind come one after the other. */
  #next = 0;

  constructor(backends: readonly Backend[], sliceMs: number) {
    this.name = backends.map(({ name }) => name).join("/");
    this.#backends = backends;
    this.#sliceMs = sliceMs;
  }

  /** The first definite answer. */
  async ask(query: Query, timeoutMs: number): Promise<Reply> {
    const deadline = performance.now() + timeoutMs;
    const first = this.#next;
    for (let turn = 0, slice = this.#sliceMs; ; turn++, slice *= GROWTH) {
      const rest = Math.max(1, deadline - performance.now());
      this.#next = (first + turn) % this.#backends.length;
      const reply = await this.#backends[this.#next]!.ask(query, Math.min(slice, rest));
      if (reply.status !== "unknown" || slice >= rest) return reply;
    }
  }

  cancel(): void {
    for (const backend of this.#backends) backend.cancel();
  }

  async close(): Promise<void> {
    await Promise.all(this.#backends.map((backend) => backend.close()));
  }
}
