/**
 * A network interface by AF_XDP: frames lie in chunks of the packet area, into which the kernel
 * receives them, and from which it sends them. The chunks go round between kernel and NAT.
 */
import type { Group, Socket } from "af-xdp";
import { DESCRIPTOR_WORDS } from "../assembly/abi.ts";
import type { Nat } from "./nat.ts";
import { type PacketDevice, includeRoom } from "./packet-device.ts";
import { isUnfinished } from "./unfinished-checksum.ts";

/** Milliseconds between two frames that are looked at. */
const LOOK_INTERVAL = 10;

const UNFINISHED =
  "frames arrive with unfinished checksums, and will be dropped where they go. " +
  "Have their sender finish them: at the other end of the veth with `ethtool -K ... tx off`.";
const TOO_LONG =
  "the kernel drops frames that are too long. " +
  "Have it not join them with `ethtool -K ... gro off`, and at the other end of a veth `tso off`.";

export class XdpDevice implements PacketDevice {
  readonly name: string;
  readonly #socket: Socket;
  readonly #group: Group;
  readonly #nat: Nat;
  readonly #warn: (sentence: string) => void;
  /** What the user has been told already. */
  readonly #told = new Set<string>();
  /** When to look at a frame next, in milliseconds. */
  #lookDue = 0;

  /** The group's memory is the packet area of `nat`, so that offsets are the same to both. */
  constructor(socket: Socket, group: Group, nat: Nat, warn: (sentence: string) => void) {
    this.name = socket.name;
    this.#socket = socket;
    this.#group = group;
    this.#nat = nat;
    this.#warn = warn;
  }

  receive(first: number, count: number): number {
    const { descriptors, room } = this.#nat;
    const received = this.#socket.receive(descriptors, DESCRIPTOR_WORDS, first, count);
    if (received > 0) this.#look(first);
    // The kernel leaves 256 octets free before each frame.
    includeRoom(descriptors, first, received, room);
    return received;
  }

  send(entries: Uint32Array, count: number): number {
    const { descriptors } = this.#nat;
    const taken = this.#socket.send(descriptors, DESCRIPTOR_WORDS, entries, count);
    if (taken < count) this.release(entries.subarray(taken), count - taken);
    return taken;
  }

  release(entries: Uint32Array, count: number): void {
    this.#group.release(this.#nat.descriptors, DESCRIPTOR_WORDS, entries, count);
  }

  take(entry: number): boolean {
    return this.#group.take(this.#nat.descriptors, DESCRIPTOR_WORDS, entry, 1) === 1;
  }

  /**
   * To be called each second or so. Throws `DeviceError` if the interface is gone, which nothing
   * else says.
   */
  attend(): void {
    const { dropped, fillRingEmpty } = this.#socket.statistics();
    // In overload frames find no chunk, and are counted as dropped as well.
    if (dropped > fillRingEmpty) this.#tell(TOO_LONG);
  }

  #look(entry: number): void {
    const now = performance.now();
    if (now < this.#lookDue) return;
    this.#lookDue = now + LOOK_INTERVAL;
    const { packets, descriptors } = this.#nat;
    const at = entry * DESCRIPTOR_WORDS;
    const begin = descriptors[at]!;
    if (isUnfinished(packets.subarray(begin, begin + descriptors[at + 1]!))) this.#tell(UNFINISHED);
  }

  #tell(sentence: string): void {
    if (this.#told.has(sentence)) return;
    this.#told.add(sentence);
    this.#warn(`${this.name}: ${sentence}`);
  }
}
