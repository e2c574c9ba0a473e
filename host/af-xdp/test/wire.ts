/**
 * A veth pair that the test holds at its far end:
 *
 *     near (the socket's) === far --- bridge --- TAP (the test's)
 */
import { readSync, writeSync } from "node:fs";
import { type Device, open } from "tun-tap";
import { eventually, ip } from "./support.ts";

const CAPACITY = 4096;

export class Wire {
  readonly near: string;
  readonly far: string;
  readonly mac: string;
  readonly #bridge: string;
  readonly #tap: Device;
  static #made = 0;

  /** One that carries frames already. */
  static async make(mtu = 1500): Promise<Wire> {
    const wire = new Wire(mtu);
    for (const port of [wire.far, wire.#tap.name]) {
      await eventually(
        () => /state (UP|UNKNOWN).*state forwarding/s.test(ip(`-d link show ${port}`)),
        `${port} forwards`,
      );
    }
    return wire;
  }

  private constructor(mtu: number) {
    const number = ++Wire.#made;
    this.near = `near${number}`;
    this.far = `far${number}`;
    this.mac = `02:00:00:00:00:${number.toString(16).padStart(2, "0")}`;
    this.#bridge = `bridge${number}`;
    this.#tap = open({ kind: "tap", name: `tap${number}`, mtu });
    ip(
      `link add ${this.near} mtu ${mtu} address ${this.mac} type veth peer ${this.far} mtu ${mtu}`,
    );
    ip(`link add ${this.#bridge} type bridge mcast_snooping 0`);
    for (const port of [this.far, this.#tap.name]) {
      ip(`link set ${port} master ${this.#bridge} up`);
      ip(`link set ${port} type bridge_slave learning off`);
    }
    ip(`link set ${this.#bridge} up`);
    ip(`link set ${this.near} up`);
  }

  /** Sends a frame towards the near end. */
  write(frame: Uint8Array): void {
    writeSync(this.#tap.fd, frame);
  }

  /** All frames that have come from the near end. */
  read(): Buffer[] {
    const frames: Buffer[] = [];
    const buffer = Buffer.alloc(CAPACITY);
    try {
      for (;;) {
        const length = readSync(this.#tap.fd, buffer);
        frames.push(Buffer.from(buffer.subarray(0, length)));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      return frames;
    }
  }

  close(): void {
    this.#tap.close();
    ip(`link delete ${this.#bridge}`);
    // Unless a test has deleted it.
    if (ip("-o link").includes(`${this.near}@`)) ip(`link delete ${this.near}`);
  }
}

/** Runs `body` with a wire, and takes it away whatever happens. */
export async function withWire(body: (wire: Wire) => unknown): Promise<void> {
  const wire = await Wire.make();
  try {
    await body(wire);
  } finally {
    wire.close();
  }
}

/** Runs `body` with two wires. */
export function withWires(body: (left: Wire, right: Wire) => unknown): Promise<void> {
  return withWire((left) => withWire((right) => body(left, right)));
}
