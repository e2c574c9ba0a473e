/**
 * The path of packets: a batch is read from each device straight into the core's memory, carried
 * through the core by one call, and written out by one call per device. Packet i of a batch lies in
 * slot i; nothing is copied or allocated for it here.
 */
import type { Device } from "tun-tap";
import { DESCRIPTOR_WORDS, MAX_PACKET, Side, Verdict } from "../assembly/abi.ts";
import type { Nat } from "./nat.ts";

/** Packets taken from one device for one batch. */
export const BATCH = 64;

/** One side of the NAT: what the packet loop needs of a device. Tables and offsets are those of `Nat`. */
export type PacketDevice = Pick<Device, "name" | "read" | "write" | "close">;

/** Packets of one device since the start. */
export interface Traffic {
  received: number;
  /** Received, but longer than a slot: cut off, and dropped by the core. */
  oversize: number;
  sent: number;
  /** Refused by the device, as when it is full or down. */
  lost: number;
}

/** Carries packets between two devices. */
export class Forwarder {
  /** Indexed by `Side`. */
  readonly traffic: readonly [Traffic, Traffic];
  readonly #nat: Nat;
  readonly #clock: { now(): number };
  readonly #devices: readonly [PacketDevice, PacketDevice];
  /** By side: the packets of this batch that leave there. */
  readonly #leaving = [new Uint32Array(2 * BATCH), new Uint32Array(2 * BATCH)] as const;

  /** `devices` are indexed by `Side`. `clock` is read once a batch, in milliseconds. */
  constructor(
    nat: Nat,
    clock: { now(): number },
    devices: readonly [internal: PacketDevice, external: PacketDevice],
  ) {
    this.#nat = nat;
    this.#clock = clock;
    this.#devices = devices;
    this.traffic = [
      { received: 0, oversize: 0, sent: 0, lost: 0 },
      { received: 0, oversize: 0, sent: 0, lost: 0 },
    ];
    for (let slot = 0; slot < 2 * BATCH; slot++) {
      nat.descriptors[slot * DESCRIPTOR_WORDS] = slot * MAX_PACKET;
    }
  }

  /** Carries what is waiting, up to `BATCH` packets of each side. Returns how many packets that was. */
  forward(): number {
    const internal = this.#read(Side.Internal, 0);
    const count = internal + this.#read(Side.External, internal);
    if (count === 0) return 0;
    this.#nat.process(count, this.#clock.now());
    this.#write(count);
    return count;
  }

  #read(side: Side, first: number): number {
    const { packets, descriptors } = this.#nat;
    const device = this.#devices[side]!;
    const count = device.read(packets, descriptors, DESCRIPTOR_WORDS, first, BATCH, MAX_PACKET);
    const traffic = this.traffic[side]!;
    for (let slot = first; slot < first + count; slot++) {
      const at = slot * DESCRIPTOR_WORDS;
      if (descriptors[at + 1]! > MAX_PACKET) traffic.oversize += 1;
      descriptors[at + 2] = side;
    }
    traffic.received += count;
    return count;
  }

  #write(count: number): void {
    const { descriptors } = this.#nat;
    const [internal, external] = this.#leaving;
    let inbound = 0;
    let outbound = 0;
    for (let slot = 0; slot < count; slot++) {
      const at = slot * DESCRIPTOR_WORDS;
      if ((descriptors[at + 3]! & 0xff) !== Verdict.Forward) continue;
      if (descriptors[at + 2] === Side.Internal) internal[inbound++] = slot;
      else external[outbound++] = slot;
    }
    if (inbound > 0) this.#writeTo(Side.Internal, internal, inbound);
    if (outbound > 0) this.#writeTo(Side.External, external, outbound);
  }

  #writeTo(side: Side, entries: Uint32Array, count: number): void {
    const { packets, descriptors } = this.#nat;
    const sent = this.#devices[side]!.write(packets, descriptors, DESCRIPTOR_WORDS, entries, count);
    this.traffic[side]!.sent += sent;
    this.traffic[side]!.lost += count - sent;
  }
}
