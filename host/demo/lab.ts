/**
 * Network namespaces and the processes in them, all of which go when the lab is closed or this
 * process exits.
 */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { readlinkSync } from "node:fs";
import { createInterface } from "node:readline";

/** Milliseconds that a process gets to end by itself. */
const GRACE = 2000;

/** A command that failed. */
export class LabError extends Error {
  readonly problem: string;

  constructor(command: string, problem: string) {
    const sentence = problem.replace(/\.$/, "");
    super(`${command}: ${sentence}. Try again, or see what differs on this machine.`);
    this.name = "LabError";
    this.problem = problem;
  }
}

export class Lab {
  readonly #prefix: string;
  readonly #namespaces: string[] = [];
  readonly #children = new Set<ChildProcessWithoutNullStreams>();
  readonly #removeAtExit = (): void => this.remove();

  /**
   * Names of namespaces begin with `prefix`, which no other process of this PID namespace may use,
   * and the number of the PID namespace.
   */
  constructor(prefix: string) {
    this.#prefix = `${prefix}-${ownPidNamespace()}`;
    process.once("exit", this.#removeAtExit);
  }

  /** The namespace of `place`. */
  namespace(place: string): string {
    return `${this.#prefix}-${place}`;
  }

  /** Makes namespaces whose loopback is up. Throws `LabError`. */
  addNamespaces(places: string[]): void {
    for (const place of places) {
      const name = this.namespace(place);
      runCommand("ip", ["netns", "add", name]);
      this.#namespaces.push(name);
      this.ip(place, ["link set lo up"]);
    }
  }

  /** Runs `commands` of ip in a place, or outside of all. "@h1" stands for a namespace. */
  ip(place: string | undefined, commands: string[]): void {
    const named = commands.map((command) => command.replaceAll("@", `${this.#prefix}-`));
    const where = place === undefined ? [] : ["-n", this.namespace(place)];
    runCommand("ip", [...where, "-batch", "-"], `${named.join("\n")}\n`);
  }

  /** Sets kernel parameters in a place, by path below /proc/sys/net; absent ones are passed over. */
  tune(place: string, settings: Record<string, number>): void {
    const script = Object.entries(settings).map(
      ([path, value]) =>
        `if [ -e /proc/sys/net/${path} ]; then echo ${value} > /proc/sys/net/${path}; fi`,
    );
    runCommand("ip", this.#inside(place, ["sh", "-ec", script.join("\n")]));
  }

  /** Starts a command in a place. It is ended with the lab. */
  start(place: string, command: string[]): LabProcess {
    // Detached, so that a Ctrl-C reaches them by way of `close` only.
    const child = spawn("ip", this.#inside(place, command), { detached: true });
    this.#children.add(child);
    child.once("close", () => this.#children.delete(child));
    return new LabProcess(child, command.join(" "));
  }

  /** Ends all processes and removes all namespaces. */
  async close(): Promise<void> {
    const ends = [...this.#children].map((child) => new Promise((end) => child.once("close", end)));
    for (const child of this.#children) child.kill("SIGTERM");
    const timer = new Promise((resolve) => setTimeout(resolve, GRACE).unref());
    await Promise.race([Promise.all(ends), timer]);
    this.remove();
  }

  /** As `close`, but at once: no process gets the time to end by itself. */
  remove(): void {
    for (const child of this.#children) child.kill("SIGKILL");
    for (const name of this.#namespaces.splice(0)) spawnSync("ip", ["netns", "del", name]);
    process.off("exit", this.#removeAtExit);
  }

  #inside(place: string, command: string[]): string[] {
    return ["netns", "exec", this.namespace(place), ...command];
  }
}

/** A process in a lab, known by the lines that it prints. */
export class LabProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #command: string;
  #complaints = "";
  readonly #lines: string[] = [];
  readonly #waiting: (() => void)[] = [];
  #isClosed = false;

  constructor(child: ChildProcessWithoutNullStreams, command: string) {
    this.#child = child;
    this.#command = command;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => this.#take(line));
    }
    child.stderr.on("data", (text: Buffer) => (this.#complaints += text.toString()));
    // A write to a process that has ended is of no consequence.
    child.stdin.on("error", () => {});
    child.once("error", (error) => (this.#complaints += error.message));
    child.once("close", () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  /** The first line, of those not waited for yet, that matches. Throws `LabError` when it ends before. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = this.#lines.findIndex((line) => pattern.test(line));
      if (found >= 0) return this.#lines.splice(found, 1)[0]!;
      if (this.#isClosed) throw new LabError(this.#command, this.complaint());
      await this.#change();
    }
  }

  /** Gives it a line on its stdin. */
  send(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Resolves to the exit code, -1 after a signal, once the process has ended. */
  async ended(): Promise<number> {
    while (!this.#isClosed) await this.#change();
    return this.#child.exitCode ?? -1;
  }

  /** What it last printed on stderr. */
  complaint(): string {
    return this.#complaints.trim().split("\n").at(-1) || "it ended too early";
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #take(line: string): void {
    this.#lines.push(line);
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** The number of this process's PID namespace, in which its own number means something. */
export function ownPidNamespace(): string {
  return readlinkSync("/proc/self/ns/pid").replaceAll(/\D/g, "");
}

/** Runs a command to its end. Throws `LabError`. */
function runCommand(command: string, args: string[], input = ""): void {
  const { error, status, stderr } = spawnSync(command, args, { input, encoding: "utf8" });
  if (status === 0) return;
  const problem = error?.message ?? stderr.trim().split("\n")[0] ?? `exit code ${status}`;
  throw new LabError([command, ...args].join(" "), problem || `exit code ${status}`);
}
