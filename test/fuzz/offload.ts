/** What a virtio header says of a packet: the truth, part of it, or lies. */
import { write16 } from "../support/octets.ts";
import {
  VIRTIO_HEADER,
  checksumPlace,
  virtioHeader,
  withBegunChecksum,
} from "../support/virtio.ts";
import type { Draw } from "../support/random.ts";

/** A header, and the packet that goes behind it: its checksum may be left to the device. */
export interface Offloaded {
  header: Uint8Array;
  packet: Uint8Array;
}

/** `sizes` are those that the segments of a superpacket may have. */
export function offloaded(draw: Draw, packet: Uint8Array, sizes: number[] = []): Offloaded {
  const place = checksumPlace(packet);
  const isWhole = packet.length >= place.start + 20;
  if (isWhole && packet[9] !== 1 && draw.oneIn(2)) {
    const size = sizes.length > 0 && draw.oneIn(2) ? draw.pick(sizes) : draw.below(1500);
    return begun(draw, withBegunChecksum(packet, draw.pick([0, 1, 5]), size));
  }
  const near = () => draw.pick([0, 1, 2, 6, 8, 16, 20, 28, 40, 0xffff]);
  const lie = {
    start: draw.pick([place.start, place.start + near(), near()]) & 0xffff,
    offset: near(),
  };
  const header = draw.oneIn(3) ? virtioHeader(lie) : virtioHeader();
  if (draw.oneIn(8)) header[0] = draw.below(256);
  return { header, packet };
}

/** A packet whose checksum is begun, sometimes with a sum that nobody would begin with. */
function begun(draw: Draw, octets: Uint8Array): Offloaded {
  const header = octets.slice(0, VIRTIO_HEADER);
  const packet = octets.slice(VIRTIO_HEADER);
  const place = checksumPlace(packet);
  if (draw.oneIn(8)) write16(packet, place.start + place.offset, draw.pick([0, 0xffff]));
  return { header, packet };
}
