/** Two solvers, of which the second is asked too when the first takes its time. */
import type { Backend, Reply } from "./process.ts";
import type { Query } from "./smtlib.ts";

export class Portfolio implements Backend {
  readonly name: string;
  readonly #first: Backend;
  readonly #second: Backend;
  readonly #headStartMs: number;

  constructor(first: Backend, second: Backend, headStartMs: number) {
    this.name = `${first.name}+${second.name}`;
    this.#first = first;
    this.#second = second;
    this.#headStartMs = headStartMs;
  }

  /** The first definite answer ends the other's work. Should both have one, they must agree. */
  async ask(query: Query, timeoutMs: number): Promise<Reply> {
    const deadline = performance.now() + timeoutMs;
    const first = askAgainst(this.#second, this.#first.ask(query, timeoutMs));
    const early = await withinTime(first, this.#headStartMs);
    if (early !== undefined && early.status !== "unknown") return early;
    const rest = Math.max(1, deadline - performance.now());
    const second = askAgainst(this.#first, this.#second.ask(query, rest));
    const [one, other] = await Promise.all([first, second]);
    if (one.status === "unknown" && other.status === "unknown") {
      return { status: "unknown", why: `${one.why}; ${other.why}` };
    }
    if (one.status === "unknown") return other;
    if (other.status !== "unknown" && one.status !== other.status) {
      throw new Error(
        `${this.name} disagree: ${one.status}, ${other.status}. The query is:\n${query.text}`,
      );
    }
    return one;
  }

  cancel(): void {
    this.#first.cancel();
    this.#second.cancel();
  }

  async close(): Promise<void> {
    await Promise.all([this.#first.close(), this.#second.close()]);
  }
}

/** The reply, whose rival gives up unless the reply is that nothing is known. */
async function askAgainst(rival: Backend, pending: Promise<Reply>): Promise<Reply> {
  let isDefinite = true;
  try {
    const reply = await pending;
    isDefinite = reply.status !== "unknown";
    return reply;
  } finally {
    if (isDefinite) rival.cancel();
  }
}

/** A reply if it comes in time. */
async function withinTime(pending: Promise<Reply>, ms: number): Promise<Reply | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([pending, late]);
  } finally {
    clearTimeout(timer);
  }
}
