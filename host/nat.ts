/**
 * The core behind a typed face. This is the only file of the host that touches the memory of the
 * WebAssembly module; packets are read into it and written from it by others through `packets`.
 */
import { readFileSync } from "node:fs";
import { instantiateSync } from "@assemblyscript/loader";
import {
  ConfigFault,
  ConfigWord,
  DESCRIPTOR_WORDS,
  FIRST_DROP,
  MAX_BATCH,
  MAX_PACKET,
  OUTCOMES,
  Outcome,
  Protocol,
  RecordOffset,
  Side,
  Verdict,
} from "../assembly/abi.ts";
import { addressFromWord, addressToWord, portFromWord } from "./address.ts";
import { type NatSettings, settingsFrom, type NatOptions } from "./settings.ts";

/** One mapping as the core holds it (RFC 4787 §4.1). `live` is judged at the core's own clock. */
export interface Mapping {
  protocol: "udp" | "icmp" | "tcp";
  internalAddress: string;
  /** Port, or identifier of ICMP queries. */
  internalPort: number;
  externalPort: number;
  remoteAddress: string;
  /** 0 for UDP and ICMP, whose filter looks at addresses only. */
  remotePort: number;
  /** Bits of `Phase`; 0 for UDP and ICMP. */
  phase: number;
  /** Milliseconds since the last refresh. */
  idle: number;
  live: boolean;
}

/** A former remote of a mapping (RFC 4787 §5), admitted for the mapping's lifetime. */
export interface Session {
  protocol: Mapping["protocol"];
  externalPort: number;
  remoteAddress: string;
  /** Milliseconds since the session was last refreshed. */
  idle: number;
}

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

const PROTOCOLS = ["udp", "icmp", "tcp"] as const;
const RECORD_SIZE = 32;
const PORTS = 65536;
const TICK = 1024;

/** The module that ships, beside the compiled host or in the source tree. */
export function coreBytes(name = "core"): Uint8Array<ArrayBuffer> {
  for (const base of ["../build/", "../../build/"]) {
    try {
      return new Uint8Array(readFileSync(new URL(`${base}${name}.wasm`, import.meta.url)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new Error(`build/${name}.wasm: not found. Run "npm run build:core" first.`);
}

/**
 * A NAT. Wants no privilege and no native code: packets go in and come out as bytes.
 * Throws `ConfigError` when a setting cannot be used.
 */
export function createNat(options: NatOptions): Nat {
  return new Nat(settingsFrom(options), options.core ?? coreBytes());
}

export class Nat {
  /** Slot i of the packet area begins at octet i * MAX_PACKET. */
  readonly packets: Uint8Array<ArrayBuffer>;

  /** DESCRIPTOR_WORDS words a packet: offset, length, side, verdict | outcome << 8. */
  readonly descriptors: Uint32Array<ArrayBuffer>;

  readonly settings: NatSettings;
  readonly #exports: CoreExports;
  readonly #process: CoreExports["process"];
  readonly #buffer: ArrayBuffer;

  constructor(settings: NatSettings, core: BufferSource) {
    this.settings = settings;
    const module = new WebAssembly.Module(core);
    this.#exports = instantiateSync<CoreExports>(module).exports as unknown as CoreExports;
    this.#process = unwrapped(this.#exports.process);
    this.#buffer = this.#exports.memory.buffer as ArrayBuffer;
    this.packets = new Uint8Array(this.#buffer, this.#region("PACKETS"), MAX_BATCH * MAX_PACKET);
    const words = MAX_BATCH * DESCRIPTOR_WORDS;
    this.descriptors = new Uint32Array(this.#buffer, this.#region("DESCRIPTORS"), words);
    this.#configure();
  }

  /**
   * Carries the first `count` descriptors through the core at time `now` (milliseconds on a
   * monotonic clock, at most 2^42 - 1; the core never lets it go back).
   */
  process(count: number, now: number): void {
    this.#process(count, now >>> 0, Math.floor(now / 0x1_0000_0000));
  }

  /** Carries one packet through: copies it in, says what became of it. For tests, captures and embedders. */
  translate(packet: Uint8Array, side: Side, now: number): Translation {
    if (packet.length <= MAX_PACKET) this.packets.set(packet);
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
    return Number(this.#view().getBigUint64(this.#region("CLOCK"), true));
  }

  /** Every mapping in the tables; those that are no longer live only rest before their port is reused. */
  *mappings(): Generator<Mapping> {
    const view = this.#view();
    for (let record = 0; record < PROTOCOLS.length * PORTS; record++) {
      const at = this.#region("RECORDS") + record * RECORD_SIZE;
      const slot = view.getUint32(at + RecordOffset.Slot, true);
      if (slot !== 0) yield this.#mapping(view, record, at, slot - 1);
    }
  }

  /** Former remotes of the mappings in the tables, the expired ones among them. */
  *sessions(): Generator<Session> {
    const view = this.#view();
    const slots = this.#region("SESSION_SLOTS");
    for (let slot = 0; slot < slots; slot++) {
      const at = this.#region("SESSIONS") + slot * 16;
      const number = view.getUint32(at + 4, true);
      const stamp = Number(view.getBigUint64(at + 8, true));
      if (number === 0 || !this.#isOfPresentMapping(view, number, stamp)) continue;
      yield {
        protocol: PROTOCOLS[Math.floor(number / PORTS) as Protocol]!,
        externalPort: number % PORTS,
        remoteAddress: addressFromWord(view.getUint32(at, true)),
        idle: this.clock - stamp,
      };
    }
  }

  /** Whether a session is no leftover of an earlier owner of the port. */
  #isOfPresentMapping(view: DataView, number: number, stamp: number): boolean {
    const record = this.#region("RECORDS") + number * RECORD_SIZE;
    const isHeld = view.getUint32(record + RecordOffset.Slot, true) !== 0;
    return isHeld && Math.floor(stamp / TICK) >= view.getUint32(record + RecordOffset.Created, true);
  }

  #mapping(view: DataView, record: number, at: number, slot: number): Mapping {
    const endpoint = this.#region("ENDPOINTS") + slot * 8;
    const protocol = Math.floor(record / PORTS) as Protocol;
    const phase = view.getUint16(at + RecordOffset.Phase, true);
    const idle = this.clock - Number(view.getBigUint64(at + RecordOffset.Last, true));
    return {
      protocol: PROTOCOLS[protocol]!,
      internalAddress: addressFromWord(view.getUint32(endpoint + 4, true)),
      internalPort: portFromWord(view.getUint16(endpoint + 2, true)),
      externalPort: record % PORTS,
      remoteAddress: addressFromWord(view.getUint32(at + RecordOffset.RemoteAddress, true)),
      remotePort: portFromWord(view.getUint16(at + RecordOffset.RemotePort, true)),
      phase,
      idle,
      live: idle < this.settings.lifetimeOf(protocol, phase),
    };
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
    config.set(settings.seed, ConfigWord.Seed0);
    const fault: ConfigFault = this.#exports.configure();
    if (fault !== ConfigFault.None) throw new Error(`The core refused: ${ConfigFault[fault]}.`);
  }

  #region(name: Region): number {
    return Number(this.#exports[name].value);
  }

  #view(): DataView {
    return new DataView(this.#buffer);
  }
}

/** Whether `outcome` means that the packet was dropped. */
export function isDrop(outcome: Outcome): boolean {
  return outcome >= FIRST_DROP;
}

/** The export itself, without the wrapper of the loader, which triples the cost of a call. */
function unwrapped<F extends (...args: never[]) => unknown>(wrapped: F): F {
  return (wrapped as F & { original?: F }).original ?? wrapped;
}
