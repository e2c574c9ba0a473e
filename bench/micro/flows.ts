/**
 * Packets of many flows, written straight into a NAT's packet area: 60 octets of UDP each, from
 * 10.0.0.0/8 to one server. Only what differs between flows is written for a packet (endpoint and
 * both checksums), so that preparing a packet disturbs the caches as little as possible.
 */
import { DESCRIPTOR_WORDS, MAX_BATCH, Side, VIRTIO_HEADER } from "../../assembly/abi.ts";
import type { Nat } from "../../host/nat.ts";
import { udp } from "../../host/demo/packets.ts";

export const PACKET_OCTETS = 60;

/** As the host reads such packets: virtio headers at the end of every other cache line. */
const FIRST = 64 - VIRTIO_HEADER;
const DISTANCE = 128;

const FIRST_PORT = 1024;
const PORTS_EACH = 64512;
const CONTENTS = "x".repeat(PACKET_OCTETS - 28);
const TEMPLATE = udp(`10.0.0.0:${FIRST_PORT}`, "198.51.100.10:7000", CONTENTS);
const IP_SUM = inverse((TEMPLATE[10]! << 8) | TEMPLATE[11]!);
const UDP_SUM = inverse((TEMPLATE[26]! << 8) | TEMPLATE[27]!);

export class Flows {
  readonly #nat: Nat;
  readonly #view: DataView;

  constructor(nat: Nat) {
    this.#nat = nat;
    const { buffer, byteOffset, byteLength } = nat.packets;
    this.#view = new DataView(buffer, byteOffset, byteLength);
    for (let index = 0; index < MAX_BATCH; index++) {
      nat.packets.set(TEMPLATE, FIRST + index * DISTANCE + VIRTIO_HEADER);
    }
  }

  /** Makes place and descriptor `index` hold a packet of flow number `flow`. */
  write(index: number, flow: number): void {
    const frame = FIRST + index * DISTANCE;
    const at = frame + VIRTIO_HEADER;
    const host = Math.floor(flow / PORTS_EACH) + 1;
    const port = flow % PORTS_EACH;
    const view = this.#view;
    view.setUint32(at + 12, 0x0a000000 + host);
    view.setUint16(at + 20, FIRST_PORT + port);
    view.setUint16(at + 10, inverse(IP_SUM + host));
    view.setUint16(at + 26, inverse(UDP_SUM + host + port));
    const { descriptors } = this.#nat;
    const word = index * DESCRIPTOR_WORDS;
    descriptors[word] = frame;
    descriptors[word + 1] = VIRTIO_HEADER + PACKET_OCTETS;
    descriptors[word + 2] = Side.Internal;
  }
}

/** The complement of a one's-complement sum of 16-bit words. */
function inverse(sum: number): number {
  const folded = (sum & 0xffff) + (sum >>> 16);
  return ~((folded & 0xffff) + (folded >>> 16)) & 0xffff;
}
