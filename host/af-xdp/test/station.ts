/** A group with a WebAssembly memory and a table, and what a caller does with them. */
import {
  type Filter,
  type Group,
  type GroupOptions,
  openGroup,
  type Socket,
  type Umem,
} from "../index.js";
import type { Wire } from "./wire.ts";

export const STRIDE = 4;
export const PAGE = 65536;

/** Everything that is not for the host 10.0.0.1. */
export const EVERYTHING: Filter = {
  addresses: [],
  destinations: "all-but",
  except: ["10.0.0.1"],
};

type Settings = Partial<Omit<GroupOptions, "umem">> & { umem?: Partial<Umem>; take?: Filter };

export class Station {
  readonly memory: Uint8Array;
  readonly table: Uint32Array;
  readonly group: Group;
  readonly start: number;

  constructor(wires: Array<Pick<Wire, "near">>, settings: Settings = {}) {
    const { umem = {}, take = EVERYTHING, ...rest } = settings;
    const area = { start: PAGE, frames: 256, ...umem };
    const pages = 1 + (area.frames * (area.frameOctets ?? 2048)) / PAGE;
    this.memory = new Uint8Array(new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer);
    // The table lies in front of the UMEM, in the same memory.
    this.table = new Uint32Array(this.memory.buffer, 0, area.frames * STRIDE);
    this.start = area.start;
    const interfaces = wires.map(({ near }) => ({ name: near, take }));
    this.group = openGroup({ memory: this.memory, umem: area, interfaces, ...rest });
  }

  get first(): Socket {
    return this.group.sockets[0]!;
  }

  get second(): Socket {
    return this.group.sockets[1]!;
  }

  /** Receives into the entries from `first` on. */
  receive(socket: Socket, first = 0, count = this.table.length / STRIDE - first): number {
    return socket.receive(this.table, STRIDE, first, count);
  }

  send(socket: Socket, ...entries: number[]): number {
    return socket.send(this.table, STRIDE, Uint32Array.from(entries), entries.length);
  }

  release(...entries: number[]): void {
    this.group.release(this.table, STRIDE, Uint32Array.from(entries), entries.length);
  }

  take(first: number, count: number): number {
    return this.group.take(this.table, STRIDE, first, count);
  }

  /** The frame of an entry, in place. */
  frame(entry: number): Buffer {
    const [offset, length] = this.table.subarray(entry * STRIDE, entry * STRIDE + 2);
    return Buffer.from(this.memory.buffer, offset, length);
  }

  /** Writes a frame at the entry's offset. */
  put(entry: number, frame: Uint8Array): void {
    this.memory.set(frame, this.table[entry * STRIDE]!);
    this.table[entry * STRIDE + 1] = frame.length;
  }

  /** Receives all that waits at one socket and sends it out of the other. Returns how many. */
  carry(from: Socket, to: Socket): number {
    const count = this.receive(from);
    const entries = [...Array(count).keys()];
    const taken = this.send(to, ...entries);
    this.release(...entries.slice(taken));
    return count;
  }

  close(): void {
    this.group.close();
  }
}
