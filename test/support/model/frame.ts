/** An Ethernet frame as it is carried, its room taken off (docs/behaviour.md §8; RFC 894). */
import { read16, write16 } from "../octets.ts";
import type { Settings } from "./settings.ts";
import { headerLength } from "./virtio.ts";

/** Octets before a frame that arrives, for an error that may have to be written before it. */
export const ROOM = 28;

/** Octets. */
export const ETHERNET_HEADER = 14;

/** Types of what a frame carries. */
export const IPV4 = 0x0800;
export const ARP = 0x0806;

export class Frame {
  /** The virtio header, if there is one, and all that follows. */
  readonly octets: Uint8Array;
  readonly #ethernet: Uint8Array;

  /** A view of `octets`, which must hold the headers. */
  constructor(octets: Uint8Array, settings: Settings) {
    this.octets = octets;
    this.#ethernet = octets.subarray(headerLength(settings));
  }

  get destination(): Uint8Array {
    return this.#ethernet.subarray(0, 6);
  }

  set destination(station: Uint8Array) {
    this.#ethernet.set(station, 0);
  }

  set source(station: Uint8Array) {
    this.#ethernet.set(station, 6);
  }

  get type(): number {
    return read16(this.#ethernet, 12);
  }

  set type(type: number) {
    write16(this.#ethernet, 12, type);
  }

  /** What is behind the Ethernet header, padding included: a view. */
  get payload(): Uint8Array {
    return this.#ethernet.subarray(ETHERNET_HEADER);
  }
}
