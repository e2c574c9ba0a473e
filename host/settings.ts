/** The settings of one NAT, checked: what `createNat` takes, and what the core is given. */
import { randomFillSync } from "node:crypto";
import { MAX_LIFETIME, MIN_LIFETIME, Phase, Protocol } from "../assembly/abi.ts";
import { ConfigError } from "./config-error.ts";
import { type Network, contains, parseNetwork, textOf, unicastAddress } from "./networks.ts";
import { type RouterOptions, type RouterSettings, routerSettings } from "./router-settings.ts";

export { ConfigError };

/** Lifetimes in milliseconds, by class (RFC 4787 REQ-5, RFC 5382 REQ-5, RFC 5508 REQ-2). */
export interface Lifetimes {
  udp: number;
  icmp: number;
  tcpTransitory: number;
  tcpEstablished: number;
}

/** What `createNat` takes. Only the external address is without a default. */
export interface NatOptions {
  externalAddress: string;
  /** As in "10.0.0.0/24": enables the checks of RFC 1812 §5.3.7 and RFC 3022 §5.1. */
  internalNetwork?: string | undefined;
  /** As in "1024-65535"; all ports but 0 by default. */
  externalPorts?: string | undefined;
  /** Milliseconds. */
  lifetimes?: { [name in keyof Lifetimes]?: number | undefined } | undefined;
  /** Accepts lifetimes below the minima of the RFCs. */
  allowShortLifetimes?: boolean | undefined;
  /** Milliseconds for which a freed port rests (RFC 6888 REQ-8). */
  holdDown?: number | undefined;
  /** Whether inbound packets refresh a mapping (RFC 4787 REQ-6). */
  inboundRefresh?: boolean | undefined;
  /**
   * Whether each packet begins with the 10 octets of `struct virtio_net_hdr`, little-endian, as a
   * TUN or TAP device with IFF_VNET_HDR puts them; they count towards its length.
   */
  virtioHeader?: boolean | undefined;
  /**
   * Whether packets are Ethernet frames, and the NAT is the router of both links. The internal
   * network has to be given then.
   */
  router?: RouterOptions | undefined;
  /** Four u32 words for hash and port choice; drawn at random by default. */
  seed?: Uint32Array | undefined;
  /** The module to run; the one that ships by default. */
  core?: Uint8Array<ArrayBuffer> | undefined;
}

/** Settings that have been checked and completed. */
export interface NatSettings {
  externalAddress: string;
  internalNetwork: Network;
  ports: { first: number; last: number };
  lifetimes: Lifetimes;
  holdDown: number;
  inboundRefresh: boolean;
  virtioHeader: boolean;
  /** Null where packets are not frames. */
  router: RouterSettings | null;
  seed: Uint32Array;
  lifetimeOf(protocol: Protocol, phase: number): number;
}

const DEFAULT_LIFETIMES: Lifetimes = {
  udp: 300_000,
  icmp: 60_000,
  tcpTransitory: 240_000,
  tcpEstablished: 7_440_000,
};

/** The least lifetimes that the RFCs allow. */
const RFC_MINIMA: Record<keyof Lifetimes, { least: number; source: string }> = {
  udp: { least: 120_000, source: "RFC 4787 REQ-5" },
  icmp: { least: 60_000, source: "RFC 5508 REQ-2" },
  tcpTransitory: { least: 240_000, source: "RFC 5382 REQ-5" },
  tcpEstablished: { least: 7_440_000, source: "RFC 5382 REQ-5" },
};

const DEFAULT_HOLD_DOWN = 120_000;

/** Checks `options` and fills in the defaults. Throws `ConfigError`. */
export function settingsFrom(options: NatOptions): NatSettings {
  const lifetimes = { ...DEFAULT_LIFETIMES };
  for (const name of Object.keys(lifetimes) as (keyof Lifetimes)[]) {
    lifetimes[name] = options.lifetimes?.[name] ?? lifetimes[name];
    checkLifetime(name, lifetimes[name], options.allowShortLifetimes ?? false);
  }
  if (lifetimes.tcpEstablished < lifetimes.tcpTransitory) {
    throw new ConfigError(
      "lifetimes.tcpEstablished",
      `${seconds(lifetimes.tcpEstablished)} is less than the transitory lifetime`,
      `Make it at least ${seconds(lifetimes.tcpTransitory)}`,
    );
  }
  const holdDown = options.holdDown ?? DEFAULT_HOLD_DOWN;
  checkRange("holdDown", holdDown, 0, MAX_LIFETIME);
  const externalAddress = unicastAddress("externalAddress", options.externalAddress);
  const internalNetwork = networkOf(options.internalNetwork, externalAddress);
  const around = { externalAddress, internalNetwork };
  return {
    ...around,
    ports: parsePorts("externalPorts", options.externalPorts ?? "1-65535"),
    lifetimes,
    holdDown,
    inboundRefresh: options.inboundRefresh ?? false,
    virtioHeader: options.virtioHeader ?? false,
    router: options.router === undefined ? null : routerSettings(options.router, around),
    seed: seedWords(options.seed),
    lifetimeOf: (protocol, phase) => lifetimes[classOf(protocol, phase)],
  };
}

/** The external ports the NAT may use (RFC 3022 §2.2), from a text such as "1024-65535". */
export function parsePorts(path: string, text: string): { first: number; last: number } {
  const match = /^(\d{1,6})-(\d{1,6})$/.exec(text);
  const remedy = 'Write two ports with a dash, as in "1024-65535"';
  if (!match) throw new ConfigError(path, `"${text}" is not a port range`, remedy);
  const first = Number(match[1]);
  const last = Number(match[2]);
  if (first === 0) throw new ConfigError(path, "port 0 cannot be used", "Begin at 1 or above");
  if (Math.max(first, last) > 65535) {
    const problem = `${Math.max(first, last)} is above the highest port`;
    throw new ConfigError(path, problem, "Use ports up to 65535");
  }
  if (first > last) {
    throw new ConfigError(path, `${first} comes after ${last}`, `Write "${last}-${first}"`);
  }
  return { first, last };
}

/** The internal network as in "10.0.0.0/24", or null when nothing is known of it. */
export function networkText({ internalNetwork }: NatSettings): string | null {
  return textOf(internalNetwork);
}

/** The external ports as in "1024-65535". */
export function portsText({ ports }: NatSettings): string {
  return `${ports.first}-${ports.last}`;
}

/**
 * The class whose lifetime a mapping has (docs/behaviour.md §1). assembly/nat/phase.ts says the same
 * for the core: the property tests hold `live`, which comes from here, against the model's judgement
 * (test/fuzz/records.ts), and the core's verdicts against the model's.
 */
function classOf(protocol: Protocol, phase: number): keyof Lifetimes {
  if (protocol === Protocol.Udp) return "udp";
  if (protocol === Protocol.Icmp) return "icmp";
  const has = (bits: number): boolean => (phase & bits) === bits;
  const ended = has(Phase.Reset) || has(Phase.FinOut | Phase.FinIn);
  const closed = ended && !has(Phase.Shared);
  return has(Phase.SynOut | Phase.SynIn) && !closed ? "tcpEstablished" : "tcpTransitory";
}

function networkOf(text: string | undefined, externalAddress: string): Network {
  if (text === undefined) return { address: "0.0.0.0", mask: "0.0.0.0" };
  const network = parseNetwork("internalNetwork", text);
  if (!contains(network, externalAddress)) return network;
  throw new ConfigError(
    "externalAddress",
    `${externalAddress} lies inside the internal network ${text} (RFC 3022 §5.1)`,
    "Use an address outside it, or correct the network",
  );
}

function checkLifetime(name: keyof Lifetimes, value: number, allowShort: boolean): void {
  const path = `lifetimes.${name}`;
  checkRange(path, value, MIN_LIFETIME, MAX_LIFETIME);
  const { least, source } = RFC_MINIMA[name];
  if (value < least && !allowShort) {
    throw new ConfigError(
      path,
      `${seconds(value)} is below the ${seconds(least)} that ${source} asks for`,
      "Raise it, or allow short lifetimes explicitly",
    );
  }
}

function checkRange(path: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value)) {
    throw new ConfigError(path, `${value} ms has a fraction`, "Use whole milliseconds");
  }
  if (value >= least && value <= most) return;
  const remedy = `Use ${seconds(least)} to ${seconds(most)}`;
  throw new ConfigError(path, `${seconds(value)} is out of range`, remedy);
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}

function seedWords(seed: Uint32Array | undefined): Uint32Array {
  if (seed === undefined) return randomFillSync(new Uint32Array(4));
  if (seed.length === 4) return seed;
  throw new ConfigError("seed", `${seed.length} words given`, "Give four 32-bit words");
}
