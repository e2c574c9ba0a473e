/** The little of IPv4 and UDP that the tests need, plain and slow; and a memory to read them into. */
import type { Device } from "../index.js";

const STRIDE = 4;

/**
 * A memory for `slots` packets of `capacity` octets, a multiple of 64, and its table. Slot i begins
 * with octet i * capacity, until a packet is read into it: those are packed.
 */
export class Slots {
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
    const { memory, table } = this;
    const start = first * this.capacity;
    return device.read(memory, table, STRIDE, first, count, start, memory.length, capacity, 0);
  }

  write(device: Device, ...entries: number[]): number {
    const list = Uint32Array.from(entries);
    return device.write(this.memory, this.table, STRIDE, list, entries.length);
  }

  offset(slot: number): number {
    return this.table[slot * STRIDE]!;
  }

  length(slot: number): number {
    return this.table[slot * STRIDE + 1]!;
  }

  /** A copy of the packet in `slot`. */
  packet(slot: number): Buffer {
    const offset = this.offset(slot);
    return Buffer.from(this.memory.subarray(offset, offset + this.length(slot)));
  }

  put(slot: number, packet: Uint8Array): void {
    this.memory.set(packet, this.offset(slot));
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
  const from = { address: packet.subarray(16, 20), port: packet.readUInt16BE(22) };
  const to = { address: packet.subarray(12, 16), port: packet.readUInt16BE(20) };
  return datagram(from, to, Buffer.from(payload));
}

/** An end of a UDP datagram, with the address in its four octets. */
export interface Endpoint {
  address: Uint8Array;
  port: number;
}

/** A UDP datagram over IPv4. */
export function datagram(from: Endpoint, to: Endpoint, payload: Uint8Array): Buffer {
  const packet = Buffer.alloc(28 + payload.length);
  packet.set([0x45, 0, packet.length >> 8, packet.length & 0xff], 0);
  packet.set([64, 17], 8);
  packet.set(from.address, 12);
  packet.set(to.address, 16);
  packet.writeUInt16BE(internetChecksum(packet.subarray(0, 20)), 10);
  packet.writeUInt16BE(from.port, 20);
  packet.writeUInt16BE(to.port, 22);
  packet.writeUInt16BE(packet.length - 20, 24);
  packet.set(payload, 28);
  packet.writeUInt16BE(sumOfPseudoHeader(packet), 26);
  packet.writeUInt16BE(internetChecksum(packet.subarray(20)), 26);
  return packet;
}

/** What the checksum of a TCP segment or UDP datagram holds while it is unfinished. */
export function sumOfPseudoHeader(packet: Buffer): number {
  const lengthAndProtocol = Buffer.of(0, packet[9]!, 0, 0);
  lengthAndProtocol.writeUInt16BE(packet.length - 20, 2);
  return onesComplementSum(Buffer.concat([packet.subarray(12, 20), lengthAndProtocol]));
}

/** Whether the checksum of a TCP segment or UDP datagram is right. */
export function hasRightChecksum(packet: Buffer): boolean {
  const pseudoHeader = Buffer.alloc(2);
  pseudoHeader.writeUInt16BE(sumOfPseudoHeader(packet));
  return internetChecksum(Buffer.concat([pseudoHeader, packet.subarray(20)])) === 0;
}

function internetChecksum(octets: Buffer): number {
  return ~onesComplementSum(octets) & 0xffff;
}

function onesComplementSum(octets: Buffer): number {
  let sum = 0;
  for (let i = 0; i < octets.length; i++) sum += i % 2 ? octets[i]! : octets[i]! << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}
