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

/** What is left to a device. */
export interface Offload {
  unfinished?: Unfinished;
  /** Octets of payload in each segment of a superpacket. */
  segmentSize?: number;
}

/** Octets of the virtio header that a NAT with these settings expects. */
export function headerLength({ virtioHeader }: Pick<Settings, "virtioHeader">): number {
  return virtioHeader ? LENGTH : 0;
}

/**
 * Reads the header that `packet` begins with, if there is one. The datagram begins `before` octets
 * behind it.
 */
export function offloadOf(packet: Uint8Array, settings: Settings, before = 0): Offload {
  if (!settings.virtioHeader) return {};
  const view = new DataView(packet.buffer, packet.byteOffset, LENGTH);
  const offload: Offload = {};
  if ((view.getUint8(0) & NEEDS_CHECKSUM) !== 0) {
    const start = Math.max(0, view.getUint16(6, true) - before);
    offload.unfinished = { start, offset: view.getUint16(8, true) };
  }
  const segmentSize = view.getUint16(4, true);
  if (view.getUint8(1) !== 0 && segmentSize !== 0) offload.segmentSize = segmentSize;
  return offload;
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
