/**
 * TUN and TAP devices: packets are read one behind the other into a part of the packet area that is
 * the device's own, which the next batch takes over.
 */
import type { Device } from "tun-tap";
import {
  DESCRIPTOR_WORDS,
  ETHERNET_HEADER,
  MAX_PACKET,
  ROOM,
  type Side,
  VIRTIO_HEADER,
} from "../assembly/abi.ts";
import type { Nat } from "./nat.ts";
import { type PacketDevice, includeRoom } from "./packet-device.ts";

/**
 * Octets of the packet area for what is read from one device in one batch: room for 64 packets of
 * 1,500 octets, or seven as long as they can be, and few enough to be in the cache when written out.
 */
const AREA = 512 * 1024;

/** Where a frame of the NAT's own making lies, in the packet area: behind what is read from both. */
const OWN = 2 * AREA;

const CACHE_LINE = 64;

/** The part of a TUN or TAP device that carries packets. */
export type PacketFile = Pick<Device, "name" | "read" | "write">;

export class FileDevice implements PacketDevice {
  readonly name: string;
  readonly #file: PacketFile;
  readonly #nat: Nat;
  readonly #start: number;
  /** Octets free before each packet, such that its IP header begins a cache line. */
  readonly #gap: number;

  constructor(file: PacketFile, nat: Nat, side: Side) {
    this.name = file.name;
    this.#file = file;
    this.#nat = nat;
    this.#start = side * AREA;
    const { virtioHeader, router } = nat.settings;
    const before = (virtioHeader ? VIRTIO_HEADER : 0) + (router === null ? 0 : ETHERNET_HEADER);
    this.#gap = (CACHE_LINE - before) % CACHE_LINE;
  }

  receive(first: number, count: number): number {
    const { packets, descriptors, room } = this.#nat;
    const end = this.#start + AREA;
    const capacity = MAX_PACKET - ROOM;
    const received = this.#file.read(
      packets,
      descriptors,
      DESCRIPTOR_WORDS,
      first,
      count,
      this.#start,
      end,
      capacity,
      this.#gap,
    );
    // The gap is wide enough for it.
    if (room > 0) includeRoom(descriptors, first, received, room);
    return received;
  }

  send(entries: Uint32Array, count: number): number {
    const { packets, descriptors } = this.#nat;
    return this.#file.write(packets, descriptors, DESCRIPTOR_WORDS, entries, count);
  }

  release(): void {}

  take(entry: number): boolean {
    this.#nat.descriptors[entry * DESCRIPTOR_WORDS] = OWN;
    return true;
  }
}
