/** A running NAT: two devices, the core between them, and a socket to ask it by. */
import { createHash } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { FIRST_DROP } from "../assembly/abi.ts";
import { Clock } from "./clock.ts";
import type { Configuration } from "./config.ts";
import { type ControlServer, serveControl } from "./control.ts";
import { type Subject, answer } from "./control-answers.ts";
import { openDevices } from "./devices.ts";
import { Forwarder } from "./forward.ts";
import { Loop } from "./loop.ts";
import { Nat, coreBytes } from "./nat.ts";
import type { Devices } from "./packet-device.ts";
import type { NatSettings } from "./settings.ts";
import { workOn } from "./work.ts";

export interface Instance {
  /** What it is, in one line. */
  readonly description: string;

  /** Settles once the devices and the socket are closed: rejects when a device has failed. */
  readonly ended: Promise<void>;

  /** Ends it after the packets that are under way. */
  stop(): void;

  /** What it has done, in one line. */
  totals(): string;

  /** What is left of it on this machine once it has ended, as sentences. */
  remainders(): string[];
}

/**
 * Opens the devices and begins to carry packets. `warn` takes sentences for the user. Throws
 * `DeviceError`, `ConfigError` or `ControlError`; then nothing is left open.
 */
export async function startInstance(
  configuration: Configuration,
  warn: (sentence: string) => void,
): Promise<Instance> {
  compileAtOnce();
  let subject: Subject;
  // First, so that nothing is done to devices where another instance answers. Requests come in later
  // turns of the event loop, when there is a subject.
  const control = await serveControl(configuration.control, (request) => answer(subject, request));
  let devices: Devices | undefined;
  try {
    devices = openDevices(configuration, warn);
    subject = subjectOn(devices, configuration);
    return instanceOf(subject, devices, control);
  } catch (error) {
    devices?.close();
    await control.close();
    throw error;
  }
}

function subjectOn(devices: Devices, configuration: Configuration): Subject {
  const bytes = coreBytes();
  const core = createHash("sha256").update(bytes).digest("hex");
  const nat = new Nat(settingsOn(devices, configuration), bytes);
  const clock = new Clock();
  const forwarder = new Forwarder(nat, clock, devices.attach(nat));
  return { nat, clock, forwarder, configuration, core };
}

/** The settings with what only the devices could tell. */
function settingsOn({ links }: Devices, { settings, router }: Configuration): NatSettings {
  if (router === null || links === null) return settings;
  const [internal, external] = links;
  return { ...settings, router: { ...router, internal, external } };
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

function instanceOf(subject: Subject, devices: Devices, control: ControlServer): Instance {
  const work = workOn(subject.forwarder, devices);
  const loop = new Loop(work, subject.configuration.poll);
  return {
    description: describe(subject, devices),
    ended: loop.ended.finally(() => {
      devices.close();
      return control.close();
    }),
    stop: () => loop.stop(),
    totals: () => totals(subject),
    remainders: () => devices.remainders(),
  };
}

function describe({ configuration, core }: Subject, devices: Devices): string {
  const { router, settings, control } = configuration;
  const sides = `${devices.titles().join(" <-> ")} as ${settings.externalAddress}`;
  const place =
    router === null ? "" : `, router ${router.internalAddress}, gateway ${router.gateway}`;
  return `${sides}${place}, core sha256 ${core}, control ${control}`;
}

function totals({ nat, clock, forwarder }: Subject): string {
  const counts = Object.values(nat.counters());
  const [outbound, inbound, hairpin] = counts;
  const dropped = counts.slice(FIRST_DROP).reduce((sum, count) => sum + count, 0);
  const lost = forwarder.traffic.reduce((sum, traffic) => sum + traffic.lost, 0);
  const unresolved = forwarder.traffic.reduce((sum, traffic) => sum + traffic.unresolved, 0);
  const seconds = (clock.uptime() / 1000).toFixed(1);
  const fates = `${outbound} outbound, ${inbound} inbound, ${hairpin} hairpin, ${dropped} dropped`;
  const links =
    nat.settings.router === null ? "" : `, ${unresolved} to stations that do not answer`;
  return `stopped after ${seconds} s: ${fates}${links}, ${lost} lost on writing`;
}
