/** A running NAT: two devices, the core between them, and a socket to ask it by. */
import { createHash } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { type Device, EVENT_LOOP, open, wait } from "tun-tap";
import { FIRST_DROP } from "../assembly/abi.ts";
import { Clock } from "./clock.ts";
import type { Configuration } from "./config.ts";
import { serveControl } from "./control.ts";
import { type Subject, answer } from "./control-answers.ts";
import type { DeviceName } from "./device-name.ts";
import { Forwarder } from "./forward.ts";
import { Loop, type Work } from "./loop.ts";
import { Nat, coreBytes } from "./nat.ts";
import type { NatSettings } from "./settings.ts";

export interface Instance {
  /** What it is, in one line. */
  readonly description: string;

  /** Settles once the devices and the socket are closed: rejects when a device has failed. */
  readonly ended: Promise<void>;

  /** Ends it after the packets that are under way. */
  stop(): void;

  /** What it has done, in one line. */
  totals(): string;
}

/**
 * Opens the devices and begins to carry packets. Throws `DeviceError`, `ConfigError` or
 * `ControlError`; then nothing is left open.
 */
export async function startInstance(configuration: Configuration): Promise<Instance> {
  compileAtOnce();
  const bytes = coreBytes();
  const core = createHash("sha256").update(bytes).digest("hex");
  const nat = new Nat(configuration.settings, bytes);
  const devices = openDevices(configuration);
  try {
    const clock = new Clock();
    const forwarder = new Forwarder(nat, clock, devices);
    return await serve({ nat, clock, forwarder, configuration, core }, devices);
  } catch (error) {
    closeAll(devices);
    throw error;
  }
}

/**
 * Has V8 compile the core for speed, all of it, before a packet comes. Left alone it would do so
 * piece by piece: the first 64,000 packets took three times as long, or more on a busy machine.
 * It is for the whole process, hence not for the library.
 */
function compileAtOnce(): void {
  setFlagsFromString("--no-liftoff");
  setFlagsFromString("--no-wasm-lazy-compilation");
}

async function serve(subject: Subject, devices: Devices): Promise<Instance> {
  const { configuration } = subject;
  const control = await serveControl(configuration.control, (request) => answer(subject, request));
  const loop = loopOf(subject, devices);
  return {
    description: describe(subject),
    ended: loop.ended.finally(() => {
      closeAll(devices);
      return control.close();
    }),
    stop: () => loop.stop(),
    totals: () => totals(subject),
  };
}

function loopOf({ forwarder, configuration }: Subject, devices: Devices): Loop {
  const fds = Int32Array.from(devices, ({ fd }) => fd);
  const work: Work = {
    forward: () => forwarder.forward(),
    sleep: (milliseconds) => (wait(fds, milliseconds) & EVENT_LOOP) !== 0,
    now: () => performance.now(),
  };
  return new Loop(work, configuration.poll);
}

type Devices = readonly [internal: Device, external: Device];

function openDevices({ internal, external, settings }: Configuration): Devices {
  const first = openDevice(internal, settings);
  try {
    return [first, openDevice(external, settings)];
  } catch (error) {
    first.close();
    throw error;
  }
}

function openDevice({ kind, name }: DeviceName, { virtioHeader }: NatSettings): Device {
  return open({ kind, name, vnetHeader: virtioHeader, offloads: virtioHeader });
}

function closeAll(devices: Devices): void {
  for (const device of devices) device.close();
}

function describe({ configuration, core }: Subject): string {
  const { internal, external, settings, control } = configuration;
  const sides = `${internal.name} <-> ${external.name} as ${settings.externalAddress}`;
  return `${sides}, core sha256 ${core}, control ${control}`;
}

function totals({ nat, clock, forwarder }: Subject): string {
  const counts = Object.values(nat.counters());
  const [outbound, inbound, hairpin] = counts;
  const dropped = counts.slice(FIRST_DROP).reduce((sum, count) => sum + count, 0);
  const lost = forwarder.traffic.reduce((sum, traffic) => sum + traffic.lost, 0);
  const seconds = (clock.uptime() / 1000).toFixed(1);
  const fates = `${outbound} outbound, ${inbound} inbound, ${hairpin} hairpin, ${dropped} dropped`;
  return `stopped after ${seconds} s: ${fates}, ${lost} lost on writing`;
}
