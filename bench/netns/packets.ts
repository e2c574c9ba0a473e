/** The generator's packets: 60 octets of UDP each, built beforehand. */
import { randomInt } from "node:crypto";
import { udp } from "../../host/demo/packets.ts";
import { GENERATOR, SERVER } from "./topology.ts";

export const PACKET_OCTETS = 60;

/** Packets that are written by one call. */
export const BATCH = 64;

/** Words of the table for one packet: offset, octets. */
export const STRIDE = 2;

/** The differentiated services that mark a sample: 1, in the upper six bits. */
const SAMPLE = 1 << 2;
const FIRST_PORT = 20_000;

/** How often each flow comes before the order repeats. */
const TURNS = 8;

/** Packets in one memory. Entry 2f of `table` is a packet of flow f, entry 2f + 1 a sample of it. */
export interface Packets {
  readonly memory: Uint8Array;
  readonly table: Uint32Array;
  /** One packet of each flow, by `BATCH`. */
  readonly once: Uint32Array[];
  /** All flows several times in random order, by `BATCH`; about 1 in 1,000 is a sample. */
  readonly mixed: Uint32Array[];
}

export function buildPackets(flows: number): Packets {
  const memory = new Uint8Array(2 * flows * PACKET_OCTETS);
  const table = new Uint32Array(2 * flows * STRIDE);
  for (let entry = 0; entry < 2 * flows; entry++) {
    memory.set(packet(entry >> 1, entry & 1 ? SAMPLE : 0), entry * PACKET_OCTETS);
    table.set([entry * PACKET_OCTETS, PACKET_OCTETS], entry * STRIDE);
  }
  const once = Uint32Array.from({ length: flows }, (_, flow) => 2 * flow);
  return { memory, table, once: batches(once), mixed: batches(mix(once)) };
}

function packet(flow: number, tos: number): Uint8Array {
  const from = `${GENERATOR.address}:${FIRST_PORT + flow}`;
  const to = `${SERVER.address}:${SERVER.port}`;
  const octets = udp(from, to, "x".repeat(PACKET_OCTETS - 28));
  const checksum = octets.readUInt16BE(10) - tos;
  octets[1] = tos;
  // One's complement: a borrow goes round.
  octets.writeUInt16BE(checksum < 0 ? checksum + 0xffff : checksum, 10);
  return octets;
}

function mix(entries: Uint32Array): Uint32Array {
  const repeats = TURNS * Math.ceil(1000 / entries.length);
  const mixed = new Uint32Array(repeats * entries.length);
  for (let turn = 0; turn < repeats; turn++) mixed.set(shuffled(entries), turn * entries.length);
  // At random, since the losses of an overload come at regular intervals.
  for (let i = 0; i < mixed.length; i++) if (randomInt(1000) === 0) mixed[i]! += 1;
  mixed[0]! |= 1;
  return mixed;
}

function shuffled(entries: Uint32Array): Uint32Array {
  const order = entries.slice();
  for (let i = order.length - 1; i > 0; i--) {
    const other = randomInt(i + 1);
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  return order;
}

function batches(entries: Uint32Array): Uint32Array[] {
  const count = Math.ceil(entries.length / BATCH);
  return Array.from({ length: count }, (_, i) => entries.subarray(i * BATCH, (i + 1) * BATCH));
}
