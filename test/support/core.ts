/**
 * The core under test: its insides, as build/testing.wasm exports them, and a NAT with a clock of
 * its own, driven packet by packet.
 */
import { ConfigWord, Outcome, Side, Verdict } from "../../assembly/abi.ts";
import { coreBytes, createNat, type Mapping, type Nat, type Translation } from "../../host/nat.ts";
import type { Lifetimes, NatOptions } from "../../host/settings.ts";
import { formatAddress, parseEndpoint, read16, read32 } from "./octets.ts";
import * as packets from "./packets.ts";

export const E = "203.0.113.1";
export const HOST = "10.0.0.2:5000";
export const OTHER_HOST = "10.0.0.3:5000";
export const REMOTE = "198.51.100.10:7000";
export const STRANGER = "192.0.2.1:7000";
export const ROUTER = "192.0.2.254";

/** Milliseconds: short, and all different. */
export const LIFETIMES: Lifetimes = {
  udp: 5000,
  icmp: 3000,
  tcpTransitory: 4000,
  tcpEstablished: 20_000,
};
export const HOLD_DOWN = 6000;

/** The words of the hash keys, and the keys. */
export const SEED = Uint32Array.of(0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c);
export const K0 = 0x0706050403020100n;
export const K1 = 0x0f0e0d0c0b0a0908n;

/** What build/testing.wasm exports. i32 results arrive signed, i64 ones as signed BigInt. */
interface Exports {
  memory: WebAssembly.Memory;
  configure(): number;
  process(count: number, nowLow: number, nowHigh: number): void;
  digest(word: bigint, k0: bigint, k1: bigint): bigint;
  endpointClear(slot: number): void;
  endpointFind(table: number, key: bigint): number;
  endpointKeyAt(slot: number): bigint;
  endpointPlace(table: number, key: bigint): number;
  endpointPut(slot: number, key: bigint, value: number): void;
  sessionFind(key: bigint): bigint;
  sessionPut(key: bigint, stamp: bigint, now: bigint): number;
  poolFill(pool: number, start: number, end: number): void;
  poolGive(pool: number, label: number): void;
  poolTake(pool: number, random: number): number;
  ringAppend(node: number, ring: number): void;
  ringClear(): void;
  ringOldest(ring: number): number;
  ringRemove(node: number): void;
  portFill(first: number, last: number): void;
  portGive(protocol: number, port: number): void;
  portTake(protocol: number, internalPort: number): number;
  adjust(checksum: number, change: number): number;
  change16(before: number, after: number): number;
  change32(before: number, after: number): number;
  headerIsValid(header: number, octets: number): number;
  messageIsValid(message: number, octets: number): number;
  isUnicast(address: number): number;
  afterInbound(phase: number, flags: number): number;
  afterOutbound(phase: number, flags: number): number;
  beforeOutbound(phase: number, flags: number, isSameRemote: number): number;
  isClosed(phase: number): number;
  isEstablished(phase: number): number;
}

type Region =
  | "AGES"
  | "CLOCK"
  | "CONFIG"
  | "COUNTERS"
  | "DESCRIPTORS"
  | "END"
  | "ENDPOINTS"
  | "PACKETS"
  | "RECORDS"
  | "SESSIONS"
  | "SETTINGS";

/** The exports, with the memory at hand. */
export interface Core extends Exports {
  octets: Uint8Array;
  view: DataView;
  /** The octet at which a region begins. */
  start(region: Region): number;
}

const testing = new WebAssembly.Module(coreBytes("testing"));

/** A core of its own, unconfigured, whose hashes are keyed with `seed`. */
export function freshCore(seed: Uint32Array = SEED): Core {
  const exports = new WebAssembly.Instance(testing).exports as unknown as Exports &
    Record<Region, WebAssembly.Global>;
  const { buffer } = exports.memory;
  const start = (region: Region): number => Number(exports[region].value);
  new Uint32Array(buffer, start("SETTINGS"), 16).set(seed, ConfigWord.Seed0);
  return { ...exports, octets: new Uint8Array(buffer), view: new DataView(buffer), start };
}

export const PROTOCOLS = ["udp", "icmp", "tcp"] as const;
export type ProtocolName = (typeof PROTOCOLS)[number];

/** What became of a packet. `packet` is as it left; empty when it was dropped. */
export interface Fate {
  outcome: keyof typeof Outcome;
  verdict: keyof typeof Verdict;
  side: Side;
  packet: Uint8Array;
}

/** A NAT at E with short lifetimes and a clock that starts at 0 and only moves when told to. */
export class TestNat {
  readonly nat: Nat;
  /** Milliseconds. */
  now = 0;

  constructor(options: Partial<NatOptions>) {
    this.nat = createNat({
      externalAddress: E,
      lifetimes: LIFETIMES,
      allowShortLifetimes: true,
      holdDown: HOLD_DOWN,
      seed: SEED,
      ...options,
    });
  }

  sendOut(packet: Uint8Array): Fate {
    return this.#taken(this.nat.translate(packet, Side.Internal, this.now));
  }

  sendIn(packet: Uint8Array): Fate {
    return this.#taken(this.nat.translate(packet, Side.External, this.now));
  }

  /** Hands in again a frame that was given the verdict Resolve, to leave by `side`. */
  release(frame: Uint8Array, side: Side): Fate {
    return this.#taken(this.nat.release(frame, side, this.now));
  }

  /** Sends from an internal endpoint, opening a mapping if need be; returns its external endpoint. */
  open(protocol: ProtocolName, from = HOST, to = REMOTE): string {
    const { outcome, packet } = this.sendOut(packetOut(protocol, from, to));
    if (outcome !== "Outbound" && outcome !== "Hairpin") throw new Error(`open: ${outcome}`);
    return sourceOf(packet);
  }

  /** Opens a TCP connection with its handshake; returns the external endpoint. */
  connect(from = HOST, to = REMOTE): string {
    const external = this.open("tcp", from, to);
    this.sendIn(packets.tcpPacket({ from: to, to: external, flags: "SYN ACK" }));
    this.sendOut(packets.tcpPacket({ from, to, flags: "ACK" }));
    return external;
  }

  /** Lets time pass. */
  wait(milliseconds: number): this {
    this.now += milliseconds;
    return this;
  }

  /** Mappings that have not been reclaimed, live or not. */
  mappings(): Mapping[] {
    return [...this.nat.mappings()];
  }

  /** When each mapping was refreshed, and everything else about it. */
  state(): unknown[] {
    const { clock } = this.nat;
    const mappings = this.mappings().map(({ idle, live: _, ...rest }) => ({
      ...rest,
      last: clock - idle,
    }));
    const sessions = [...this.nat.sessions()].map(({ idle, ...rest }) => ({
      ...rest,
      last: clock - idle,
    }));
    return [...mappings, ...sessions];
  }

  #taken({ outcome, verdict, side, packet }: Translation): Fate {
    const name = Outcome[outcome] as Fate["outcome"];
    return {
      outcome: name,
      verdict: Verdict[verdict] as Fate["verdict"],
      side,
      packet: packet.slice(),
    };
  }
}

export function natWith(options: Partial<NatOptions> = {}): TestNat {
  return new TestNat(options);
}

/** What an internal host sends first: a datagram, an echo request, a SYN. */
export function packetOut(
  protocol: ProtocolName,
  from: string,
  to: string,
  rest: Partial<packets.HeaderOptions> = {},
): Uint8Array {
  if (protocol === "udp") return packets.udpPacket({ ...rest, from, to });
  if (protocol === "tcp") return packets.tcpPacket({ ...rest, from, to, flags: "SYN" });
  return packets.icmpQuery({ ...rest, from, to, identifier: parseEndpoint(from).port });
}

/** What a remote host answers: a datagram, an echo reply, a segment with ACK. */
export function packetIn(
  protocol: ProtocolName,
  from: string,
  to: string,
  rest: Partial<packets.HeaderOptions> = {},
): Uint8Array {
  if (protocol === "udp") return packets.udpPacket({ ...rest, from, to });
  if (protocol === "tcp") return packets.tcpPacket({ ...rest, from, to, flags: "ACK" });
  return packets.icmpQuery({ ...rest, from, to, type: 0, identifier: parseEndpoint(to).port });
}

/** "10.0.0.2:5000"; the identifier stands for the port of an ICMP query. */
export function sourceOf(packet: Uint8Array): string {
  return `${formatAddress(read32(packet, 12))}:${portIn(packet, 0)}`;
}

export function destinationOf(packet: Uint8Array): string {
  return `${formatAddress(read32(packet, 16))}:${portIn(packet, 2)}`;
}

export function portOf(endpoint: string): number {
  return parseEndpoint(endpoint).port;
}

function portIn(packet: Uint8Array, field: number): number {
  const start = (packet[0]! & 15) * 4;
  return read16(packet, start + (packet[9] === packets.ICMP ? 4 : field));
}
