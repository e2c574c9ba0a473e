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
  CONFIG_WORDS,
  ConfigFault,
  DESCRIPTOR_WORDS,
  FIRST_DROP,
  HELD,
  MAX_BATCH,
  OUTCOMES,
  Outcome,
  PACKET_AREA,
  ROOM,
  Side,
  Verdict,
} from "../assembly/abi.ts";
import { writeConfig } from "./config-words.ts";
import { checkOptions } from "./options.ts";
import { type NatOptions, type NatSettings, settingsFrom } from "./settings.ts";
import { type Mapping, type Neighbour, type Places, type Session, Tables } from "./tables.ts";

export type { Mapping, Neighbour, Session } from "./tables.ts";

/** What the core said of one packet. */
export interface Translation {
  verdict: Verdict;
  outcome: Outcome;
  side: Side;
  /**
   * The packet that leaves, or waits for its next hop to be known (`Verdict.Resolve`): a view into
   * the core's memory, valid until the next call; empty when dropped.
   */
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
  | "SESSION_SLOTS"
  | "NEIGHBOURS";

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

  /**
   * DESCRIPTOR_WORDS words a packet: offset, length, side, verdict | outcome << 8. The first `room`
   * octets that they describe on arrival are the core's to write into.
   */
  readonly descriptors: Uint32Array<ArrayBuffer>;

  /** Octets: 0 where packets are not frames. */
  readonly room: number;

  /** The tables, for those who must not stop for as long as `mappings` and `sessions` may take. */
  readonly tables: Tables;

  readonly settings: NatSettings;
  /** Packets by outcome, as u64 in two words each, the lower first. */
  readonly #counts: Uint32Array<ArrayBuffer>;
  readonly #exports: CoreExports;
  readonly #process: CoreExports["process"];
  readonly #buffer: ArrayBuffer;

  constructor(settings: NatSettings, core: Uint8Array<ArrayBuffer>) {
    this.settings = settings;
    this.room = settings.router === null ? 0 : ROOM;
    const module = new WebAssembly.Module(core);
    this.#exports = instantiateSync<CoreExports>(module).exports as unknown as CoreExports;
    this.#process = unwrapped(this.#exports.process);
    this.#buffer = this.#exports.memory.buffer as ArrayBuffer;
    this.packets = new Uint8Array(this.#buffer, this.#region("PACKETS"), PACKET_AREA);
    const words = MAX_BATCH * DESCRIPTOR_WORDS;
    this.descriptors = new Uint32Array(this.#buffer, this.#region("DESCRIPTORS"), words);
    this.#counts = new Uint32Array(this.#buffer, this.#region("COUNTERS"), 2 * OUTCOMES);
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
    return this.#carry(packet, side, now);
  }

  /**
   * Hands in again a frame that was given `Verdict.Resolve`, to leave by `side`: for when its next
   * hop has been heard. That may still be the verdict.
   */
  release(frame: Uint8Array, side: Side, now: number): Translation {
    return this.#carry(frame, HELD + side, now);
  }

  #carry(packet: Uint8Array, side: number, now: number): Translation {
    if (!types.isUint8Array(packet)) throw noPacket(packet, this.settings);
    const { descriptors, packets, room } = this;
    if (room + packet.length <= PACKET_AREA) packets.set(packet, room);
    descriptors[0] = 0;
    descriptors[1] = room + packet.length;
    descriptors[2] = side;
    this.process(1, now);
    const fate = descriptors[3]!;
    const verdict: Verdict = fate & 0xff;
    const begin = descriptors[0]!;
    const length = verdict === Verdict.Drop ? 0 : descriptors[1]!;
    return {
      verdict,
      outcome: fate >>> 8,
      side: descriptors[2]!,
      packet: packets.subarray(begin, begin + length),
    };
  }

  /** Packets by outcome since the start. */
  counters(): Record<keyof typeof Outcome, number> {
    const counts = Array.from({ length: OUTCOMES }, (_, outcome) => {
      const count = this.#counts[2 * outcome]! + this.#counts[2 * outcome + 1]! * 2 ** 32;
      return [Outcome[outcome], count] as const;
    });
    return Object.fromEntries(counts) as Record<keyof typeof Outcome, number>;
  }

  /** Changes whenever a neighbour may have been heard. Costs next to nothing. */
  get heard(): number {
    return this.#counts[2 * Outcome.ArpHeard]! + this.#counts[2 * Outcome.ArpReply]!;
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

  /** Stations whose Ethernet addresses are kept, also those heard too long ago to be relied on. */
  *neighbours(): Generator<Neighbour> {
    for (const neighbour of this.tables.neighbours()) if (neighbour !== undefined) yield neighbour;
  }

  #configure(): void {
    const config = new Uint32Array(this.#buffer, this.#region("CONFIG"), CONFIG_WORDS);
    writeConfig(config, this.settings);
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
      neighbours: this.#region("NEIGHBOURS"),
    };
  }
}

/** Whether `outcome` means that the packet was dropped. */
export function isDrop(outcome: Outcome): boolean {
  return outcome >= FIRST_DROP;
}

function noPacket(packet: unknown, { router }: NatSettings): TypeError {
  const kind = packet === null ? "null" : typeof packet;
  const wanted = router === null ? "IPv4 packet" : "Ethernet frame";
  return new TypeError(`packet: ${kind} is no Uint8Array. Give the octets of one ${wanted}.`);
}

function outOfRange(now: number): RangeError {
  const remedy = "Give milliseconds on a monotonic clock, from 0 to 2^42 - 1";
  return new RangeError(`now: ${now} is no time that the core can count. ${remedy}.`);
}

/** The export itself, without the wrapper of the loader, which triples the cost of a call. */
function unwrapped<F extends (...args: never[]) => unknown>(wrapped: F): F {
  return (wrapped as F & { original?: F }).original ?? wrapped;
}
