import type { PacketFile } from "../../host/file-device.ts";

/** A device whose packets come from one array and go to another. */
export class MemoryDevice implements PacketFile {
  readonly name = "memory";
  readonly waiting: Uint8Array[] = [];
  readonly written: Uint8Array[] = [];
  room = Infinity;

  read(
    memory: Uint8Array,
    table: Uint32Array,
    stride: number,
    first: number,
    count: number,
    start: number,
    end: number,
    capacity: number,
    gap: number,
  ): number {
    let next = start;
    let done = 0;
    while (done < count && this.waiting.length > 0 && next + gap + capacity <= end) {
      const packet = this.waiting.shift()!;
      memory.set(packet, next + gap);
      table.set([next + gap, packet.length], (first + done) * stride);
      next = Math.ceil((next + gap + packet.length) / 64) * 64;
      done += 1;
    }
    return done;
  }

  write(
    memory: Uint8Array,
    table: Uint32Array,
    stride: number,
    entries: Uint32Array,
    count: number,
  ): number {
    const taken = Math.min(count, this.room);
    for (const entry of entries.subarray(0, taken)) {
      const offset = table[entry * stride]!;
      this.written.push(memory.slice(offset, offset + table[entry * stride + 1]!));
    }
    return taken;
  }
}
