/** The little of IPv4 and UDP that the tests need, plain and slow; and a memory to read them into. */
import type { Device } from "../index.js";

const STRIDE = 4;

/** A memory with `slots` packets of `capacity` octets, and the table that says where they lie. */
export class Slots {
  readonly stride = STRIDE;
  readonly memory: Uint8Array;
  readonly table: Uint32Array;

  constructor(
    readonly slots: number,
    readonly capacity: number,
  ) {
    this.memory = new Uint8Array(slots * capacity);
    this.table = new Uint32Array(slots * STRIDE);
    for (let slot = 0; slot < slots; slot++) this.table[slot * STRIDE] = slot * capacity;
  }

  read(device: Device, first = 0, count = this.slots - first, capacity = this.capacity): number {
    return device.read(this.memory, this.table, STRIDE, first, count, capacity);
  }

  write(device: Device, ...entries: number[]): number {
    const list = Uint32Array.from(entries);
    return device.write(this.memory, this.table, STRIDE, list, entries.length);
  }

  length(slot: number): number {
    return this.table[slot * STRIDE + 1]!;
  }

  /** A copy of the packet in `slot`. */
  packet(slot: number): Buffer {
    const offset = this.table[slot * STRIDE]!;
    return Buffer.from(this.memory.subarray(offset, offset + this.length(slot)));
  }

  put(slot: number, packet: Uint8Array): void {
    this.memory.set(packet, this.table[slot * STRIDE]!);
    this.table[slot * STRIDE + 1] = packet.length;
  }
}

/** What a UDP datagram over IPv4 carries, or undefined if `packet` is no such thing. */
export function payloadOf(packet: Buffer): string | undefined {
  const isUdp = packet.length >= 28 && packet[0] === 0x45 && packet[9] === 17;
  return isUdp ? packet.subarray(28).toString() : undefined;
}

/** `packet` sent back to where it came from, with another payload. */
export function replyTo(packet: Buffer, payload: string): Buffer {
  const reply = Buffer.alloc(28 + Buffer.byteLength(payload));
  packet.copy(reply, 0, 0, 12);
  reply.writeUInt16BE(reply.length, 2);
  reply.writeUInt16BE(0, 10);
  packet.copy(reply, 12, 16, 20);
  packet.copy(reply, 16, 12, 16);
  reply.writeUInt16BE(internetChecksum(reply.subarray(0, 20)), 10);
  packet.copy(reply, 20, 22, 24);
  packet.copy(reply, 22, 20, 22);
  reply.writeUInt16BE(reply.length - 20, 24);
  // RFC 768: zero means "no checksum".
  reply.writeUInt16BE(0, 26);
  reply.write(payload, 28);
  return reply;
}

function internetChecksum(octets: Buffer): number {
  let sum = 0;
  for (let i = 0; i < octets.length; i += 2) sum += octets.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
