/** What the packet loop needs of devices, whatever their kind. */
import { DESCRIPTOR_WORDS } from "../assembly/abi.ts";
import type { Nat } from "./nat.ts";
import type { LinkSettings } from "./router-settings.ts";

/**
 * One side of the NAT. Entries are those of the NAT's descriptors: on arrival with the octets of
 * room before a frame, when it leaves without.
 */
export interface PacketDevice {
  readonly name: string;

  /**
   * Receives up to `count` packets, and describes them by offset and length in the entries from
   * `first` on. Returns how many. Their places are the caller's until it sends or releases them, or
   * receives again.
   */
  receive(first: number, count: number): number;

  /** Sends the packets of the first `count` `entries`. Returns how many left; the others are lost. */
  send(entries: Uint32Array, count: number): number;

  /** Gives up the packets of the first `count` `entries`, from whichever device of the NAT. */
  release(entries: Uint32Array, count: number): void;

  /**
   * Describes a place for a frame of the caller's own, which is to be sent or released before the
   * next is taken. The offset is that of its room, the length is the caller's to set. Returns false
   * when there is none.
   */
  take(entry: number): boolean;
}

/** The two of an instance: both open, or both closed. What is indexed is by `Side`. */
export interface Devices {
  /** What the NAT needs to know of its links; null where packets are not frames. */
  readonly links: readonly [internal: LinkSettings, external: LinkSettings] | null;

  /** Has them carry the packets of `nat`. To be called once. */
  attach(nat: Nat): readonly [internal: PacketDevice, external: PacketDevice];

  /** What they are, once attached, as in "natlan". */
  titles(): readonly [internal: string, external: string];

  /** The descriptors that become readable when packets wait, once attached. */
  fds(): Int32Array;

  /**
   * To be called when no packet waits, before waiting for one, and each few milliseconds. Returns
   * how many that were to be sent have yet to leave: call again soon if there are any. `now` is in
   * milliseconds, by a clock that never goes back. Throws `DeviceError` if a device is gone.
   */
  flush(now: number): number;

  /** What is left of them on this machine once they are closed, as sentences; once attached. */
  remainders(): string[];

  /** Idempotent. */
  close(): void;
}

/** Has the entries from `first` on describe `room` octets more, in front. */
export function includeRoom(
  descriptors: Uint32Array,
  first: number,
  count: number,
  room: number,
): void {
  for (let entry = first; entry < first + count; entry++) {
    const at = entry * DESCRIPTOR_WORDS;
    descriptors[at]! -= room;
    descriptors[at + 1]! += room;
  }
}
