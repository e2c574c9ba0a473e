/**
 * The core behind a typed face. This is the only file of the host that takes hold of the memory of
 * the WebAssembly module: tables.ts reads from it what it is given here, and packets are read into
 * it and written from it by others through `packets`.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { types } from "node:util";
import { instantiateSync } from "@assemblyscript/loader";
import {
  ConfigFault,
  ConfigWord,
  DESCRIPTOR_WORDS,
  FIRST_DROP,
  MAX_BATCH,
  OUTCOMES,
  Outcome,
  PACKET_AREA,
  Side,
  Verdict,
} from "../assembly/abi.ts";
import { addressToWord } from "./address.ts";
import { checkOptions } from "./options.ts";
import { type NatOptions, type NatSettings, settingsFrom } from "./settings.ts";
import { type Mapping, type Places, type Session, Tables } from "./tables.ts";

export type { Mapping, Session } from "./tables.ts";

/** What the core said of one packet. */
export interface Translation {
  verdict: Verdict;
  outcome: Outcome;
  side: Side;
  /** The packet that leaves: a view into the core's memory, valid until the next call; empty when dropped. */
  packet: Uint8Array;
}

type CoreExports = Record<string, unknown> & {
  memory: WebAssembly.Memory;
  configure(): number;
  process(count: number, nowLow: number, nowHigh: number): void;
} & Record<Region, WebAssembly.Global>;

type Region =
  | "PACKETS"
  | "DESCRIPTORS"
  | "CONFIG"
  | "COUNTERS"
  | "CLOCK"
  | "ENDPOINTS"
  | "RECORDS"
  | "SESSIONS"
  | "SESSION_SLOTS";

/** The latest time that the core can count, in milliseconds. */
export const LATEST = 2 ** 42 - 1;

/** The path of the module that ships, beside the compiled host or in the source tree. */
export function coreFile(name = "core"): string {
  const places = ["../build/", "../../build/"].map((base) =>
    fileURLToPath(new URL(`${base}${name}.wasm`, import.meta.url)),
  );
  const found = places.find((place) => existsSync(place));
  if (!found) throw new Error(`build/${name}.wasm: not found. Run "npm run build:core" first.`);
  return found;
}

export function coreBytes(name = "core"): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(coreFile(name)));
}

/**
 * A NAT. Wants no privilege and no native code: packets go in and come out as bytes.
 * Throws `ConfigError` when a setting cannot be used, or is not known.
 */
export function createNat(options: NatOptions): Nat {
  checkOptions(options);
  return new Nat(settingsFrom(options), options.core ?? coreBytes());
}

export class Nat {
  /** The packet area, where packets lie wherever their descriptors say. */
  readonly packets: Uint8Array<ArrayBuffer>;

  /** DESCRIPTOR_WORDS words a packet: offset, length, side, verdict | outcome << 8. */
  readonly descriptors: Uint32Array<ArrayBuffer>;

  /** The tables, for those who must not stop for as long as `mappings` and `sessions` may take. */
  readonly tables: Tables;

  readonly settings: NatSettings;
  readonly #exports: CoreExports;
  readonly #process: CoreExports["process"];
  readonly #buffer: ArrayBuffer;

  constructor(settings: NatSettings, core: Uint8Array<ArrayBuffer>) {
    this.settings = settings;
    const module = new WebAssembly.Module(core);
    this.#exports = instantiateSync<CoreExports>(module).exports as unknown as CoreExports;
    this.#process = unwrapped(this.#exports.process);
    this.#buffer = this.#exports.memory.buffer as ArrayBuffer;
    this.packets = new Uint8Array(this.#buffer, this.#region("PACKETS"), PACKET_AREA);
    const words = MAX_BATCH * DESCRIPTOR_WORDS;
    this.descriptors = new Uint32Array(this.#buffer, this.#region("DESCRIPTORS"), words);
    this.tables = new Tables(this.#buffer, this.#places(), settings);
    this.#configure();
  }

  /**
   * Carries the first `count` descriptors through the core at time `now` (milliseconds on a
   * monotonic clock; the core never lets it go back). Throws `RangeError` unless the time is from 0
   * to `LATEST`: the clock would stand at the latest for good.
   */
  process(count: number, now: number): void {
    if (!(now >= 0 && now <= LATEST)) throw outOfRange(now);
    this.#process(count, now >>> 0, Math.floor(now / 0x1_0000_0000));
  }

  /** Carries one packet through: copies it in, says what became of it. For tests, captures and embedders. */
  translate(packet: Uint8Array, side: Side, now: number): Translation {
    if (!types.isUint8Array(packet)) throw noPacket(packet);
    if (packet.length <= PACKET_AREA) this.packets.set(packet);
    this.descriptors[0] = 0;
    this.descriptors[1] = packet.length;
    this.descriptors[2] = side;
    this.process(1, now);
    const fate = this.descriptors[3]!;
    const length = (fate & 0xff) === Verdict.Forward ? this.descriptors[1]! : 0;
    return {
      verdict: fate & 0xff,
      outcome: fate >>> 8,
      side: this.descriptors[2]!,
      packet: this.packets.subarray(0, length),
    };
  }

  /** Packets by outcome since the start. */
  counters(): Record<keyof typeof Outcome, number> {
    const counts = new BigUint64Array(this.#buffer, this.#region("COUNTERS"), OUTCOMES);
    const named = Array.from(counts, (count, outcome) => [Outcome[outcome], Number(count)]);
    return Object.fromEntries(named) as Record<keyof typeof Outcome, number>;
  }

  /** The core's clock: the latest time it was given, in milliseconds. */
  get clock(): number {
    return this.tables.clock;
  }

  /** Every mapping in the tables; those that are no longer live only rest before their port is reused. */
  *mappings(): Generator<Mapping> {
    for (const mapping of this.tables.mappings()) if (mapping !== undefined) yield mapping;
  }

  /** Former remotes of the mappings in the tables, the expired ones among them. */
  *sessions(): Generator<Session> {
    for (const session of this.tables.sessions()) if (session !== undefined) yield session;
  }

  #configure(): void {
    const config = new Uint32Array(this.#buffer, this.#region("CONFIG"), 16);
    const { settings } = this;
    config[ConfigWord.ExternalAddress] = addressToWord(settings.externalAddress);
    config[ConfigWord.InternalNetwork] = addressToWord(settings.internalNetwork.address);
    config[ConfigWord.InternalMask] = addressToWord(settings.internalNetwork.mask);
    config[ConfigWord.FirstPort] = settings.ports.first;
    config[ConfigWord.LastPort] = settings.ports.last;
    config[ConfigWord.UdpLifetime] = settings.lifetimes.udp;
    config[ConfigWord.IcmpLifetime] = settings.lifetimes.icmp;
    config[ConfigWord.TcpTransitoryLifetime] = settings.lifetimes.tcpTransitory;
    config[ConfigWord.TcpEstablishedLifetime] = settings.lifetimes.tcpEstablished;
    config[ConfigWord.HoldDown] = settings.holdDown;
    config[ConfigWord.InboundRefresh] = settings.inboundRefresh ? 1 : 0;
    config[ConfigWord.VirtioHeader] = settings.virtioHeader ? 1 : 0;
    config.set(settings.seed, ConfigWord.Seed0);
    const fault: ConfigFault = this.#exports.configure();
    if (fault !== ConfigFault.None) throw new Error(`The core refused: ${ConfigFault[fault]}.`);
  }

  #region(name: Region): number {
    return Number(this.#exports[name].value);
  }

  #places(): Places {
    return {
      clock: this.#region("CLOCK"),
      endpoints: this.#region("ENDPOINTS"),
      records: this.#region("RECORDS"),
      sessions: this.#region("SESSIONS"),
      sessionSlots: this.#region("SESSION_SLOTS"),
    };
  }
}

/** Whether `outcome` means that the packet was dropped. */
export function isDrop(outcome: Outcome): boolean {
  return outcome >= FIRST_DROP;
}

function noPacket(packet: unknown): TypeError {
  const kind = packet === null ? "null" : typeof packet;
  return new TypeError(`packet: ${kind} is no Uint8Array. Give the octets of one IPv4 packet.`);
}

function outOfRange(now: number): RangeError {
  const remedy = "Give milliseconds on a monotonic clock, from 0 to 2^42 - 1";
  return new RangeError(`now: ${now} is no time that the core can count. ${remedy}.`);
}

/** The export itself, without the wrapper of the loader, which triples the cost of a call. */
function unwrapped<F extends (...args: never[]) => unknown>(wrapped: F): F {
  return (wrapped as F & { original?: F }).original ?? wrapped;
}
