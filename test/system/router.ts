/** A lab with the NAT at work in it, for the system tests. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Lab, type LabProcess } from "../../host/demo/lab.ts";
import { whyNoLab } from "../../host/demo/obstacles.ts";
import { WIRINGS, type Wiring } from "./wirings.ts";

/** Why no lab can be made here, or undefined. Said on stderr, where the runner looks for it. */
export function obstacle(subject: string, ...commands: string[]): string | undefined {
  const missing = commands.find((command) => spawnSync("which", [command]).status !== 0);
  const reason = missing === undefined ? whyNoLab() : `there is no "${missing}" on this machine.`;
  if (reason !== undefined) process.stderr.write(`skipped: ${subject}: ${reason}\n`);
  return reason;
}

/** As `obstacle`, where network interfaces are to be opened as well. */
export function interfaceObstacle(subject: string, ...commands: string[]): string | undefined {
  const reason = obstacle(subject, "ethtool", ...commands);
  if (reason !== undefined) return reason;
  const script = 'ip link add trial type veth peer name other && exec "$@"';
  const program = [process.execPath, "--import", "tsx", "test/system/programs/open-interface.ts"];
  const trial = spawnSync("unshare", ["-n", "sh", "-c", script, "sh", ...program], {
    encoding: "utf8",
  });
  const problem = trial.stdout.trim() || (trial.status === 0 ? undefined : trial.stderr.trim());
  if (problem !== undefined) process.stderr.write(`skipped: ${subject}: ${problem}\n`);
  return problem;
}

/** Two hosts, a router with the NAT, two servers; see host/demo/topology.ts and wirings.ts. */
export class Router {
  readonly lab: Lab;
  readonly #wiring: Wiring;
  readonly control: string;
  /** For files of the test; it goes with the router. */
  readonly folder = mkdtempSync(join(tmpdir(), "provenat-test-"));
  #nat!: LabProcess;
  #title = "";

  constructor(kind: keyof typeof WIRINGS = "tun") {
    this.lab = new Lab(`provenat-${process.pid}`);
    this.control = join(this.folder, "control.sock");
    this.#wiring = WIRINGS[kind];
    this.#wiring.build(this.lab);
  }

  /** The process of the NAT. */
  get nat(): LabProcess {
    return this.#nat;
  }

  /** What the NAT last said of itself. */
  get title(): string {
    return this.#title;
  }

  /** The interface of the external side. */
  get external(): string {
    const flag = this.#wiring.flags.indexOf("--external");
    return this.#wiring.flags[flag + 1]!.replace(/^.*:/, "");
  }

  async start(...flags: string[]): Promise<void> {
    const command = [process.execPath, "dist/host/cli.js", "run", "--control", this.control];
    this.#nat = this.lab.start("rt", [...command, ...this.#wiring.flags, ...flags]);
    this.#title = await this.#nat.line(/ core sha256 /);
    for (const bridge of this.#wiring.bridges) await this.#forwards(bridge);
  }

  /** Resolves once all ports of a bridge forward: a device's carrier takes up to a second. */
  async #forwards(bridge: string): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      const { output } = this.run("rt", "ip", "-d", "-o", "link", "show", "master", bridge);
      if (output.split("\n").every((port) => port === "" || /state forwarding/.test(port))) return;
      await setTimeout(50);
    }
    throw new Error(`the bridge ${bridge} does not forward`);
  }

  /** Starts one of the programs of this folder's `programs`, and waits for its first line. */
  async program(place: string, name: string, ...args: string[]): Promise<LabProcess> {
    const file = `test/system/programs/${name}.ts`;
    const child = this.lab.start(place, [process.execPath, "--import", "tsx", file, ...args]);
    await child.line(/^(ready|connected)$/);
    return child;
  }

  /** Runs a command of a host to its end. */
  run(place: string, ...command: string[]): { status: number | null; output: string } {
    const args = ["netns", "exec", this.lab.namespace(place), ...command];
    const { status, stdout, stderr } = spawnSync("ip", args, {
      encoding: "utf8",
      timeout: 60_000,
      maxBuffer: 1 << 26,
    });
    return { status, output: stdout + stderr };
  }

  async close(): Promise<void> {
    await this.lab.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
