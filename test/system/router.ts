/** A lab with the NAT at work in it, for the system tests. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lab, type LabProcess } from "../../host/demo/lab.ts";
import { whyNoLab } from "../../host/demo/obstacles.ts";
import { EXTERNAL_ADDRESS, INTERNAL_NETWORK, buildTopology } from "../../host/demo/topology.ts";

/** Why no lab can be made here, or undefined. Said on stderr, where the runner looks for it. */
export function obstacle(subject: string, ...commands: string[]): string | undefined {
  const missing = commands.find((command) => spawnSync("which", [command]).status !== 0);
  const reason = missing === undefined ? whyNoLab() : `there is no "${missing}" on this machine.`;
  if (reason !== undefined) process.stderr.write(`skipped: ${subject}: ${reason}\n`);
  return reason;
}

/** Two hosts, a router with the NAT, two servers; see host/demo/topology.ts. */
export class Router {
  readonly lab: Lab;
  readonly control: string;
  /** For files of the test; it goes with the router. */
  readonly folder = mkdtempSync(join(tmpdir(), "provenat-test-"));
  #nat!: LabProcess;

  constructor() {
    this.lab = new Lab(`provenat-${process.pid}`);
    this.control = join(this.folder, "control.sock");
    buildTopology(this.lab);
  }

  /** The process of the NAT. */
  get nat(): LabProcess {
    return this.#nat;
  }

  async start(...flags: string[]): Promise<void> {
    const command = [process.execPath, "dist/host/cli.js", "run", "--control", this.control];
    const devices = ["--internal", "tun:natlan", "--external", "tun:natwan"];
    const addresses = ["--external-address", EXTERNAL_ADDRESS];
    const network = ["--internal-network", INTERNAL_NETWORK];
    this.#nat = this.lab.start("rt", [...command, ...devices, ...addresses, ...network, ...flags]);
    await this.#nat.line(/ core sha256 /);
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
