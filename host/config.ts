/**
 * The configuration of a command: its flags over its file, checked. An error names the flag or the
 * place in the file that the user wrote.
 */
import { type ConfigFile, readConfigFile } from "./config-file.ts";
import { LONGEST_PATH, defaultControlPath } from "./control-path.ts";
import { type DeviceName, parseDeviceName } from "./device-name.ts";
import type { Poll } from "./loop.ts";
import { ConfigError, type NatSettings, parsePorts, settingsFrom } from "./settings.ts";
import { seedFrom } from "./seed.ts";

/** What the command line says; everything as the user wrote it. */
export interface Flags {
  config?: string;
  internal?: string;
  external?: string;
  externalAddress?: string;
  internalNetwork?: string;
  ports?: string;
  allowShortLifetimes?: boolean;
  inboundRefresh?: boolean;
  seed?: string;
  poll?: Poll;
  offloads?: boolean;
  control?: string;
  testClock?: boolean;
}

/** What `provenat run` goes by. */
export interface Configuration {
  settings: NatSettings;
  internal: DeviceName;
  external: DeviceName;
  /** What to do while there are no packets. */
  poll: Poll;
  /** Path of the control socket. */
  control: string;
  /** Whether the control socket may put the clock forward. */
  testClock: boolean;
}

/** A value and the name that its user knows it by. */
interface Named<T> {
  value: T | undefined;
  name: string;
}

/** The configuration of a running instance. Throws `ConfigError`. */
export function configurationFrom(flags: Flags): Configuration {
  const file = fileOf(flags);
  const settings = {
    ...settingsOf(flags, file),
    // Commander says "true" where the user says nothing.
    virtioHeader: flags.offloads === false ? false : (file.offloads ?? true),
  };
  const place = placesIn(flags);
  const internal = device(
    pick("--internal", flags.internal, place("internal-interface"), file["internal-interface"]),
  );
  const external = device(
    pick("--external", flags.external, place("external-interface"), file["external-interface"]),
  );
  if (internal.name === external.name) {
    const name = flags.external === undefined ? place("external-interface") : "--external";
    const problem = `${external.name} is the internal device as well`;
    throw new ConfigError(name, problem, "Name two different devices");
  }
  return {
    settings,
    internal,
    external,
    poll: flags.poll ?? file.poll ?? "adaptive",
    control: controlOf(flags, file, external),
    testClock: flags.testClock ?? false,
  };
}

/** The settings of the NAT alone, for commands without devices. Throws `ConfigError`. */
export function natSettingsFrom(flags: Flags): NatSettings {
  return settingsOf(flags, fileOf(flags));
}

function controlOf(flags: Flags, file: ConfigFile, external: DeviceName): string {
  const place = placesIn(flags)("control");
  const { value, name } = pick("--control", flags.control, place, file.control);
  const path = value ?? defaultControlPath(external.name);
  const octets = Buffer.byteLength(path);
  if (octets > 0 && octets <= LONGEST_PATH) return path;
  const remedy = `Use 1 to ${LONGEST_PATH} octets`;
  throw new ConfigError(name, `a path of ${octets} octets cannot be a socket's`, remedy);
}

function fileOf(flags: Flags): ConfigFile {
  return flags.config === undefined ? {} : readConfigFile(flags.config);
}

function placesIn(flags: Flags): (key: string) => string {
  return (key) => `${flags.config}: ${key}`;
}

function pick<T>(
  flag: string,
  given: T | undefined,
  place: string,
  filed: T | undefined,
): Named<T> {
  if (given === undefined && filed !== undefined) return { value: filed, name: place };
  return { value: given, name: flag };
}

function device(named: Named<string>): DeviceName {
  if (named.value !== undefined) return parseDeviceName(named.name, named.value);
  throw new ConfigError(named.name, "missing", `Name the device, as in ${named.name} tun:natlan`);
}

function settingsOf(flags: Flags, file: ConfigFile): NatSettings {
  const place = placesIn(flags);
  const timers = timersOf(file, place);
  const address = addressOf(flags, file, place);
  const network = pick(
    "--internal-network",
    flags.internalNetwork,
    place("subscriber-match[0].subnet"),
    file["subscriber-match"]?.[0]?.subnet,
  );
  const ports = portsOf(flags, file, place);
  const names: Record<string, string> = {
    externalAddress: address.name,
    internalNetwork: network.name,
    externalPorts: ports.name,
    ...timers.names,
  };
  return renaming(names, () =>
    settingsFrom({
      externalAddress: address.value,
      internalNetwork: network.value,
      externalPorts: ports.value,
      lifetimes: timers.lifetimes,
      holdDown: timers.holdDown,
      allowShortLifetimes: flags.allowShortLifetimes ?? file["allow-short-lifetimes"],
      inboundRefresh: flags.inboundRefresh ?? file["inbound-refresh"],
      seed: flags.seed === undefined ? undefined : seedFrom(flags.seed),
    }),
  );
}

function addressOf(
  flags: Flags,
  file: ConfigFile,
  place: (key: string) => string,
): { value: string; name: string } {
  const flag = "--external-address";
  if (flags.externalAddress !== undefined) return { value: flags.externalAddress, name: flag };
  const pool = file["external-ip-address-pool"]?.[0]?.["external-ip-pool"];
  if (pool === undefined) {
    const remedy = "Give the address that the outside sees, as in --external-address 203.0.113.1";
    throw new ConfigError(flag, "missing", remedy);
  }
  const name = place("external-ip-address-pool[0].external-ip-pool");
  const single = /^([^/]+)(\/32)?$/.exec(pool);
  if (single) return { value: single[1]!, name };
  throw new ConfigError(name, `"${pool}" is not one address`, 'Write it as in "203.0.113.1/32"');
}

function portsOf(flags: Flags, file: ConfigFile, place: (key: string) => string): Named<string> {
  if (flags.ports !== undefined) return { value: flags.ports, name: "--ports" };
  const set = file["port-set-restrict"];
  if (set === undefined) return { value: undefined, name: "--ports" };
  const value = `${set["start-port-number"] ?? 1}-${set["end-port-number"] ?? 65535}`;
  const name = place("port-set-restrict");
  parsePorts(name, value);
  return { value, name };
}

/** Seconds into milliseconds, and each lifetime's place in the file. */
function timersOf(file: ConfigFile, place: (key: string) => string) {
  const timers = file.timers ?? {};
  const open = timers["tcp-trans-open-timeout"];
  const close = timers["tcp-trans-close-timeout"];
  if (open !== undefined && close !== undefined && open !== close) {
    const problem = `${close} s differs from tcp-trans-open-timeout, which is ${open} s`;
    const remedy = "Make them equal: this NAT has one transitory lifetime";
    throw new ConfigError(place("timers.tcp-trans-close-timeout"), problem, remedy);
  }
  const milliseconds = (value: number | undefined): number | undefined =>
    value === undefined ? undefined : value * 1000;
  return {
    lifetimes: {
      udp: milliseconds(timers["udp-timeout"]),
      icmp: milliseconds(timers["icmp-timeout"]),
      tcpTransitory: milliseconds(open ?? close),
      tcpEstablished: milliseconds(timers["tcp-idle-timeout"]),
    },
    holdDown: milliseconds(timers["hold-down-timeout"]),
    names: {
      "lifetimes.udp": place("timers.udp-timeout"),
      "lifetimes.icmp": place("timers.icmp-timeout"),
      "lifetimes.tcpTransitory": place(
        `timers.tcp-trans-${open === undefined ? "close" : "open"}-timeout`,
      ),
      "lifetimes.tcpEstablished": place("timers.tcp-idle-timeout"),
      holdDown: place("timers.hold-down-timeout"),
    },
  };
}

/** Calls `check`; an error of it takes the name that its user knows. */
function renaming<T>(names: Record<string, string>, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(names[error.path] ?? error.path, error.problem, error.remedy);
  }
}
