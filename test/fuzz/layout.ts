/** Where things lie in a packet, which may be a frame and have a virtio header. */
import { type Sums, checksumsOf } from "../support/checksum.ts";
import { ETHERNET_HEADER, ROOM } from "../support/model/frame.ts";
import type { Settings } from "../support/model/settings.ts";
import { headerLength } from "../support/model/virtio.ts";
import { joined, read16 } from "../support/octets.ts";
import { finished } from "../support/virtio.ts";

export class Layout {
  /** Octets before the packet proper, on arrival. */
  readonly room: number;
  /** Octets of virtio header. */
  readonly header: number;
  /** Octets before the datagram, room apart. */
  readonly front: number;

  constructor(settings: Settings) {
    this.room = settings.router ? ROOM : 0;
    this.header = headerLength(settings);
    this.front = this.header + (settings.router ? ETHERNET_HEADER : 0);
  }

  /** The datagram in a packet as it leaves, padding taken off. */
  datagramIn(packet: Uint8Array): Uint8Array {
    const rest = packet.subarray(this.front);
    return rest.subarray(0, read16(rest, 2));
  }

  /** What a receiver finds, when the kernel has finished what was left to it. */
  sumsOf(packet: Uint8Array): Sums {
    const datagram = this.datagramIn(packet);
    if (this.header === 0) return checksumsOf(datagram);
    const header = packet.slice(0, this.header);
    const view = new DataView(header.buffer);
    const start = view.getUint16(6, true) - (this.front - this.header);
    view.setUint16(6, Math.max(0, start), true);
    return checksumsOf(finished(joined(header, datagram)));
  }
}

/** The checksum that a receiver finds otherwise in what left than in what came, or undefined. */
export function worsenedSum(before: Sums, after: Sums): string | undefined {
  for (const name of Object.keys(after) as (keyof Sums)[]) {
    if (before[name] === after[name]) continue;
    // A quoted ICMP message of zeros, checksum included, has the sum +0 where a right one has -0:
    // wrong by a sign that equation 3 of RFC 1624 does not carry over to another identifier.
    if (before[name] === "zero" && after[name] === "right") continue;
    return `checksum ${name} was ${before[name]}, is ${after[name]}`;
  }
  return undefined;
}
