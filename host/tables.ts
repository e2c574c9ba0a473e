/**
 * Reading the core's tables, which takes milliseconds when done in one go: whoever must not stop for
 * so long takes a step at a time. Besides nat.ts this is the only file of the host that looks into
 * the memory of the WebAssembly module, and it writes nothing there.
 */
import { type Protocol, RecordOffset, type Side } from "../assembly/abi.ts";
import { addressFromWord, portFromWord } from "./address.ts";
import type { NatSettings } from "./settings.ts";
import { stationText } from "./station.ts";

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

/** A station of a link whose Ethernet address is kept (RFC 826). */
export interface Neighbour {
  side: "internal" | "external";
  address: string;
  station: string;
  /** Milliseconds since it was last heard, to the second or so. */
  idle: number;
  /** Whether packets are still sent there: otherwise it is asked for again first. */
  live: boolean;
}

/** Where the tables lie, in octets; and how many sessions there is room for. */
export interface Places {
  clock: number;
  endpoints: number;
  records: number;
  sessions: number;
  sessionSlots: number;
  neighbours: number;
}

const PROTOCOLS = ["udp", "icmp", "tcp"] as const;
const PORTS = 65536;
const RECORD_SIZE = 32;
const ENDPOINT_SIZE = 8;
const SESSION_SIZE = 16;
const SIDES = ["internal", "external"] as const;
const NEIGHBOURS = 4096;
const NEIGHBOUR_SIZE = 16;
const TICK = 1024;

/** Ticks for which a neighbour that was heard is known. */
const KNOWN = 293;

/** Entries that one step looks at, at most. */
const STRIDE = 64;

export class Tables {
  readonly #view: DataView;
  readonly #places: Places;
  readonly #settings: NatSettings;

  constructor(memory: ArrayBuffer, places: Places, settings: NatSettings) {
    this.#view = new DataView(memory);
    this.#places = places;
    this.#settings = settings;
  }

  /** The core's clock: the latest time it was given, in milliseconds. */
  get clock(): number {
    return this.#time(this.#places.clock);
  }

  /** Every mapping, in short steps: `undefined` is a step that came upon none. */
  *mappings(): Generator<Mapping | undefined> {
    const slots = this.#places.records + RecordOffset.Slot;
    for (let number = 0; number < PROTOCOLS.length * PORTS; number++) {
      const slot = this.#view.getUint32(slots + number * RECORD_SIZE, true);
      if (slot !== 0) yield this.#mapping(number, slot - 1);
      else if (number % STRIDE === 0) yield undefined;
    }
  }

  /** Former remotes of the mappings, in short steps: `undefined` is a step that came upon none. */
  *sessions(): Generator<Session | undefined> {
    const { sessions, sessionSlots } = this.#places;
    for (let slot = 0; slot < sessionSlots; slot++) {
      const at = sessions + slot * SESSION_SIZE;
      const number = this.#view.getUint32(at + 4, true);
      if (number !== 0 && this.#isOfPresentMapping(number, at)) yield this.#session(number, at);
      else if (slot % STRIDE === 0) yield undefined;
    }
  }

  /** Every neighbour, in short steps: `undefined` is a step that came upon none. */
  *neighbours(): Generator<Neighbour | undefined> {
    for (let number = 0; number < SIDES.length * NEIGHBOURS; number++) {
      const at = this.#places.neighbours + number * NEIGHBOUR_SIZE;
      if (this.#view.getUint32(at, true) !== 0) yield this.#neighbour(number, at);
      else if (number % STRIDE === 0) yield undefined;
    }
  }

  /** Whether the Ethernet address is known that belongs to `address`, a word as it lies in packets. */
  isKnown(side: Side, address: number): boolean {
    const low = ((address >>> 24) | ((address >>> 8) & 0xff00)) & (NEIGHBOURS - 1);
    const at = this.#places.neighbours + (side * NEIGHBOURS + low) * NEIGHBOUR_SIZE;
    return this.#view.getUint32(at, true) === address && this.#ticksSince(at) < KNOWN;
  }

  /** Ticks for which the neighbour at `at` has not been heard. */
  #ticksSince(at: number): number {
    const now = Math.floor(this.clock / TICK);
    return (now - this.#view.getUint32(at + 12, true)) >>> 0;
  }

  #neighbour(number: number, at: number): Neighbour {
    const view = this.#view;
    const ticks = this.#ticksSince(at);
    return {
      side: SIDES[Math.floor(number / NEIGHBOURS)]!,
      address: addressFromWord(view.getUint32(at, true)),
      station: stationText(new Uint8Array(view.buffer, at + 4, 6)),
      idle: ticks * TICK,
      live: ticks < KNOWN,
    };
  }

  /** Whether the session at `at` is no leftover of an earlier owner of the port. */
  #isOfPresentMapping(number: number, at: number): boolean {
    const record = this.#places.records + number * RECORD_SIZE;
    if (this.#view.getUint32(record + RecordOffset.Slot, true) === 0) return false;
    const created = this.#view.getUint32(record + RecordOffset.Created, true);
    return Math.floor(this.#time(at + 8) / TICK) >= created;
  }

  #session(number: number, at: number): Session {
    return {
      protocol: PROTOCOLS[Math.floor(number / PORTS)]!,
      externalPort: number % PORTS,
      remoteAddress: addressFromWord(this.#view.getUint32(at, true)),
      idle: this.clock - this.#time(at + 8),
    };
  }

  #mapping(number: number, slot: number): Mapping {
    const view = this.#view;
    const at = this.#places.records + number * RECORD_SIZE;
    const endpoint = this.#places.endpoints + slot * ENDPOINT_SIZE;
    const protocol = Math.floor(number / PORTS) as Protocol;
    const phase = view.getUint16(at + RecordOffset.Phase, true);
    const idle = this.clock - this.#time(at + RecordOffset.Last);
    return {
      protocol: PROTOCOLS[protocol]!,
      internalAddress: addressFromWord(view.getUint32(endpoint + 4, true)),
      internalPort: portFromWord(view.getUint16(endpoint + 2, true)),
      externalPort: number % PORTS,
      remoteAddress: addressFromWord(view.getUint32(at + RecordOffset.RemoteAddress, true)),
      remotePort: portFromWord(view.getUint16(at + RecordOffset.RemotePort, true)),
      phase,
      idle,
      live: idle < this.#settings.lifetimeOf(protocol, phase),
    };
  }

  /** The u64 at `at`, which as a time is below 2^42. */
  #time(at: number): number {
    return this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * 0x1_0000_0000;
  }
}
