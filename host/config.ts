/**
 * The configuration of a command: its flags over its file, checked. An error names the flag or the
 * place in the file that the user wrote.
 */
import {
  type AddressFlags,
  type Addresses,
  addressesOf,
  checkExternalNetwork,
  refuseRouter,
  routerOf,
} from "./config-addresses.ts";
import { type ConfigFile, readConfigFile } from "./config-file.ts";
import { type Named, pick, renaming } from "./config-names.ts";
import { LONGEST_PATH, defaultControlPath } from "./control-path.ts";
import { type DeviceName, parseDeviceName } from "./device-name.ts";
import type { Poll } from "./loop.ts";
import type { RouterAddresses } from "./router-settings.ts";
import { ConfigError, type NatSettings, parsePorts, settingsFrom } from "./settings.ts";
import { seedFrom } from "./seed.ts";

/** What the command line says; everything as the user wrote it. */
export interface Flags extends AddressFlags {
  config?: string;
  internal?: string;
  external?: string;
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
  /** Of the devices nothing is known yet, hence not of the router either. */
  settings: NatSettings;
  /** Null where the kernel is the router. */
  router: RouterAddresses | null;
  internal: DeviceName;
  external: DeviceName;
  /** What to do while there are no packets. */
  poll: Poll;
  /** Path of the control socket. */
  control: string;
  /** Whether the control socket may put the clock forward. */
  testClock: boolean;
}

/** The configuration of a running instance. Throws `ConfigError`. */
export function configurationFrom(flags: Flags): Configuration {
  const file = fileOf(flags);
  const place = placesIn(flags);
  const addresses = addressesOf(flags, file, place);
  const settings = settingsOf(flags, file, addresses);
  // Commander says "true" where the user says nothing.
  const offloads = flags.offloads === false ? false : (file.offloads ?? true);
  const { internal, external } = devicesOf(flags, file);
  if (internal.kind === "tun") refuseRouter(addresses);
  return {
    settings: { ...settings, virtioHeader: internal.kind !== "xdp" && offloads },
    router: internal.kind === "tun" ? null : routerOf(addresses, settings),
    internal,
    external,
    poll: flags.poll ?? file.poll ?? "adaptive",
    control: controlOf(flags, file, external),
    testClock: flags.testClock ?? false,
  };
}

/** The settings of the NAT alone, for commands without devices. Throws `ConfigError`. */
export function natSettingsFrom(flags: Flags): NatSettings {
  const file = fileOf(flags);
  const addresses = addressesOf(flags, file, placesIn(flags));
  const settings = settingsOf(flags, file, addresses);
  checkExternalNetwork(addresses);
  return settings;
}

function devicesOf(flags: Flags, file: ConfigFile): Record<"internal" | "external", DeviceName> {
  const [internal, external] = (["internal", "external"] as const).map((side) => {
    const key = `${side}-interface` as const;
    return pick(`--${side}`, flags[side], placesIn(flags)(key), file[key]);
  }) as [Named<string>, Named<string>];
  const pair = { internal: device(internal), external: device(external) };
  checkPair(pair.internal, pair.external, external.name);
  return pair;
}

/** `name` is that of the external device. */
function checkPair(internal: DeviceName, external: DeviceName, name: string): void {
  if (internal.name === external.name) {
    const problem = `${external.name} is the internal device as well`;
    throw new ConfigError(name, problem, "Name two different devices");
  }
  if (internal.kind === external.kind) return;
  const problem = `${external.kind}:${external.name} is of another kind than the internal device`;
  throw new ConfigError(name, problem, `Name two of one kind, as in "${internal.kind}:natwan"`);
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

function device(named: Named<string>): DeviceName {
  if (named.value !== undefined) return parseDeviceName(named.name, named.value);
  throw new ConfigError(named.name, "missing", `Name the device, as in ${named.name} tun:natlan`);
}

function settingsOf(flags: Flags, file: ConfigFile, addresses: Addresses): NatSettings {
  const place = placesIn(flags);
  const timers = timersOf(file, place);
  const { external: address, internalNetwork: network } = addresses;
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
