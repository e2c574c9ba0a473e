/** The virtio header before a packet (docs/behaviour.md §2; virtio 1.2 §5.1.6), if there is one. */
import { Protocol } from "../../../assembly/abi.ts";
import type { Settings } from "./settings.ts";

/** Octets. */
const LENGTH = 10;

/** VIRTIO_NET_HDR_F_NEEDS_CSUM. */
const NEEDS_CHECKSUM = 1;

/** A checksum that is left to a device: where its sum begins, and where from there its field is. */
export interface Unfinished {
  start: number;
  offset: number;
}

/** Octets of the virtio header that a NAT with these settings expects. */
export function headerLength({ virtioHeader }: Settings): number {
  return virtioHeader ? LENGTH : 0;
}

export function unfinishedIn(frame: Uint8Array, settings: Settings): Unfinished | undefined {
  if (!settings.virtioHeader || (frame[0]! & NEEDS_CHECKSUM) === 0) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, LENGTH);
  return { start: view.getUint16(6, true), offset: view.getUint16(8, true) };
}

const FIELDS = { [Protocol.Udp]: 6, [Protocol.Tcp]: 16, [Protocol.Icmp]: undefined };
const FIXED = { [Protocol.Udp]: 8, [Protocol.Tcp]: 20, [Protocol.Icmp]: 8 };

/** Whether it is the checksum of the UDP or TCP header at `start`. */
export function belongsTo(unfinished: Unfinished, protocol: Protocol, start: number): boolean {
  return unfinished.start === start && unfinished.offset === FIELDS[protocol];
}

/** Whether it is about a packet inside the payload of the one whose transport header is at `start`. */
export function liesBehind(unfinished: Unfinished, protocol: Protocol, start: number): boolean {
  return unfinished.start >= start + FIXED[protocol];
}
