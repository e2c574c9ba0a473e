/**
 * A solver that runs in a child process and is spoken to over a pipe. It is started when it is first
 * needed, reset between queries, and killed when it overruns its time; the next query starts it anew.
 */
import type { Socket } from "node:net";
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import type { Query } from "./smtlib.ts";
import { parseValues } from "./values.ts";

export type Reply =
  { status: "unsat" } | { status: "sat"; values: bigint[] } | { status: "unknown"; why: string };

/** Something that answers one query at a time. */
export interface Backend {
  readonly name: string;
  /** `values` of a satisfiable query are those of its unknowns, in their order. */
  ask(query: Query, timeoutMs: number): Promise<Reply>;
  /** Ends the query under way, which then is unknown. */
  cancel(): void;
  close(): Promise<void>;
}

const CHECK = "(check-sat)";

export interface Command {
  name: string;
  file: string;
  args: string[];
  /** Instead of the plain one: how to ask. */
  check?: string;
  /** What comes before each query. */
  preamble(timeoutMs: number): string;
}

/** The solver has not understood a query, or has said what no solver says. */
export class SolverError extends Error {
  constructor(solver: string, complaint: string, text: string) {
    const lines = text.split("\n");
    const start = lines.slice(0, 12).join("\n") + (lines.length > 12 ? "\n..." : "");
    super(`${solver}: ${complaint.slice(0, 400).trim()}\nThe query begins:\n${start}`);
    this.name = "SolverError";
  }
}

/** A solver that keeps its own time gets this much more before it is killed. */
const GRACE_MS = 500;

export class PipedSolver implements Backend {
  readonly name: string;
  readonly #command: Command;
  #child: ChildProcessWithoutNullStreams | undefined;
  #output = "";
  #mark = 0;
  #isBusy = false;
  /** Called when there is more output, or when the process is gone. */
  #wake = (): void => {};

  constructor(command: Command) {
    this.name = command.name;
    this.#command = command;
  }

  async ask(query: Query, timeoutMs: number): Promise<Reply> {
    const deadline = performance.now() + timeoutMs;
    const { preamble, check = CHECK } = this.#command;
    const text = `${preamble(timeoutMs)}\n${query.text.replace(CHECK, check)}`;
    const said = await this.#say(text, deadline);
    if (typeof said === "object") return said;
    switch (said) {
      case "unsat":
        return { status: "unsat" };
      case "unknown":
      case "timeout":
        return { status: "unknown", why: `${this.name}: ${said} (limit ${timeoutMs} ms)` };
      case "sat":
        return this.#values(query, deadline);
    }
    throw this.#misunderstood(said, text);
  }

  cancel(): void {
    if (this.#isBusy) this.#kill();
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const gone = new Promise((resolve) => child.once("close", resolve));
    // Whoever waits for its end must not end before.
    child.ref();
    for (const pipe of [child.stdin, child.stdout, child.stderr]) (pipe as Socket).ref();
    this.#kill();
    await gone;
  }

  async #values(query: Query, deadline: number): Promise<Reply> {
    if (query.unknowns.length === 0) return { status: "sat", values: [] };
    const symbols = query.unknowns.map(({ symbol }) => symbol).join(" ");
    const said = await this.#say(`(get-value (${symbols}))`, deadline);
    if (typeof said === "object") return said;
    const values = parseValues(said, query.unknowns.length);
    if (values === undefined) throw this.#misunderstood(said, query.text);
    return { status: "sat", values };
  }

  /** Its state cannot be known any more. */
  #misunderstood(said: string, text: string): SolverError {
    this.#kill();
    return new SolverError(this.name, said, text);
  }

  /** What the solver prints in response, or why it did not get so far. */
  async #say(text: string, deadline: number): Promise<string | Reply> {
    const child = this.#child ?? this.#start();
    this.#output = "";
    const mark = `end-of-answer-${++this.#mark}`;
    child.stdin.write(`${text}\n(echo "${mark}")\n`);
    const end = new RegExp(`^"?${mark}"?\\n`, "m");
    let overrun = false;
    this.#isBusy = true;
    const timer = setTimeout(
      () => {
        overrun = true;
        this.#kill();
      },
      Math.max(0, deadline - performance.now()) + GRACE_MS,
    );
    try {
      while (this.#child === child && !end.test(this.#output.slice(-100))) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      clearTimeout(timer);
      this.#isBusy = false;
    }
    const said = this.#output.replace(end, "").trim();
    if (this.#child === child) return said;
    // cvc5 ends when it does not understand; where it has failed by itself, nothing is known.
    if (/\(error/.test(said)) throw new SolverError(this.name, said, text);
    const why = overrun ? "overran its time and was killed" : "died or was killed";
    return { status: "unknown", why: `${this.name}: ${why}${said && `, saying ${said}`}` };
  }

  #start(): ChildProcessWithoutNullStreams {
    const { file, args } = this.#command;
    const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"] });
    const forget = () => {
      if (this.#child === child) this.#child = undefined;
      this.#wake();
    };
    const listen = (chunk: string) => {
      if (this.#child === child) this.#output += chunk;
      this.#wake();
    };
    child.stdout.setEncoding("utf8").on("data", listen);
    child.stderr.setEncoding("utf8").on("data", listen);
    // Whether it could not be started or written to, it is gone: "close" follows.
    child.stdin.on("error", () => {});
    child.on("error", forget);
    child.on("close", forget);
    // A process that forgot to close its solver must still end.
    for (const handle of [child, child.stdin, child.stdout, child.stderr]) {
      (handle as unknown as { unref(): void }).unref();
    }
    this.#child = child;
    return child;
  }

  #kill(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
    this.#wake();
  }
}
