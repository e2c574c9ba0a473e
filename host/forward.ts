/**
 * The path of packets: a batch is read from each device straight into the core's memory, carried
 * through the core by one call, and written out by one call per device. Nothing is copied or
 * allocated for a packet here.
 */
import type { Device } from "tun-tap";
import { DESCRIPTOR_WORDS, MAX_PACKET, Side, VIRTIO_HEADER, Verdict } from "../assembly/abi.ts";
import type { Nat } from "./nat.ts";

/** Packets taken from one device for one batch. */
export const BATCH = 64;

/**
 * Octets of the packet area for what is read from one device in one batch: room for 64 packets of
 * 1,500 octets, or seven as long as they can be, and few enough to be in the cache when written out.
 */
const ROOM = 512 * 1024;

const CACHE_LINE = 64;

/** One side of the NAT: what the packet loop needs of a device. Tables and offsets are those of `Nat`. */
export type PacketDevice = Pick<Device, "name" | "read" | "write" | "close">;

/** Packets of one device since the start. */
export interface Traffic {
  received: number;
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
  /** Octets free before each packet, such that its IP header begins a cache line. */
  readonly #gap: number;
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
    this.#gap = nat.settings.virtioHeader ? CACHE_LINE - VIRTIO_HEADER : 0;
    this.traffic = [
      { received: 0, sent: 0, lost: 0 },
      { received: 0, sent: 0, lost: 0 },
    ];
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
    const start = side * ROOM;
    const count = device.read(
      packets,
      descriptors,
      DESCRIPTOR_WORDS,
      first,
      BATCH,
      start,
      start + ROOM,
      MAX_PACKET,
      this.#gap,
    );
    for (let entry = first; entry < first + count; entry++) {
      descriptors[entry * DESCRIPTOR_WORDS + 2] = side;
    }
    this.traffic[side]!.received += count;
    return count;
  }

  #write(count: number): void {
    const { descriptors } = this.#nat;
    const [internal, external] = this.#leaving;
    let inbound = 0;
    let outbound = 0;
    for (let entry = 0; entry < count; entry++) {
      const at = entry * DESCRIPTOR_WORDS;
      if ((descriptors[at + 3]! & 0xff) !== Verdict.Forward) continue;
      if (descriptors[at + 2] === Side.Internal) internal[inbound++] = entry;
      else external[outbound++] = entry;
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
