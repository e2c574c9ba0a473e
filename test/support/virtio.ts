/** Virtio headers (virtio 1.2 §5.1.6), and what the kernel does with a checksum that they tell of. */
import { internetChecksum, onesComplementSum, withPseudoHeader } from "./checksum.ts";
import { joined, read32, write16 } from "./octets.ts";
import { TCP } from "./packets.ts";

/** Octets. */
export const VIRTIO_HEADER = 10;

/** What is left to the device, in octets from the packet's first, and from there. */
export interface Left {
  start: number;
  offset: number;
}

/** A header; with `left` it says that a checksum is to be finished. */
export function virtioHeader(left?: Left, segmentation = 0, segmentSize = 0): Uint8Array {
  const header = new Uint8Array(VIRTIO_HEADER);
  const view = new DataView(header.buffer);
  view.setUint8(0, left ? 1 : 0);
  view.setUint8(1, segmentation);
  view.setUint16(4, segmentSize, true);
  view.setUint16(6, left?.start ?? 0, true);
  view.setUint16(8, left?.offset ?? 0, true);
  return header;
}

/** Where the checksum of a UDP or TCP packet is. */
export function checksumPlace(packet: Uint8Array): Left {
  return { start: (packet[0]! & 15) * 4, offset: packet[9] === TCP ? 16 : 6 };
}

/** A UDP or TCP packet as a sender leaves it whose device computes checksums, header in front. */
export function withBegunChecksum(packet: Uint8Array, segmentation = 0, size = 0): Uint8Array {
  const left = checksumPlace(packet);
  const copy = packet.slice();
  const empty = new Uint8Array(Math.max(0, packet.length - left.start));
  const [source, destination] = [read32(packet, 12), read32(packet, 16)];
  const pseudo = withPseudoHeader(source, destination, packet[9]!, empty);
  write16(copy, left.start + left.offset, onesComplementSum(pseudo));
  return joined(virtioHeader(left, segmentation, size), copy);
}

/** The packet behind a virtio header, with its own checksum finished if that is left to the device. */
export function finished(frame: Uint8Array): Uint8Array {
  const packet = frame.slice(VIRTIO_HEADER);
  const view = new DataView(frame.buffer, frame.byteOffset, VIRTIO_HEADER);
  const { start, offset } = checksumPlace(packet);
  const isOwn = view.getUint16(6, true) === start && view.getUint16(8, true) === offset;
  const field = start + offset;
  if ((view.getUint8(0) & 1) === 0 || !isOwn || field + 2 > packet.length) return packet;
  // As for UDP, where 0 would mean that there is none (RFC 768).
  write16(packet, field, internetChecksum(packet.subarray(start)) || 0xffff);
  return packet;
}
