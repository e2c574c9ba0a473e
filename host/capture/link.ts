/** Where a frame's IPv4 packet begins (https://www.tcpdump.org/linktypes.html). */
import type { Frame } from "./frame.ts";

/** What a frame may hold instead of an IPv4 packet. */
export type Stranger = "ARP" | "IPv6" | "VLAN" | "too short" | "other";

interface Link {
  /** Octets before the packet. */
  header: number;
  /** What the header says of the packet; "IPv4" means that it is one. */
  holds(octets: Uint8Array): "IPv4" | Stranger;
}

const raw: Link = { header: 0, holds: (octets) => (octets[0]! >> 4 === 6 ? "IPv6" : "IPv4") };

/** BSD's loopback: an address family, in the capturing machine's order or the network's. */
const loopback: Link = {
  header: 4,
  holds: (octets) => {
    const family = octets[0]! | octets[3]!;
    if (family === 2) return "IPv4";
    return [10, 24, 28, 30].includes(family) ? "IPv6" : "other";
  },
};

const LINKS = new Map<number, Link>([
  [0, loopback],
  [1, { header: 14, holds: (octets) => byEtherType(octets, 12) }],
  [12, raw],
  [14, raw],
  [101, raw],
  [108, loopback],
  [113, { header: 16, holds: (octets) => byEtherType(octets, 14) }],
  [228, { header: 0, holds: () => "IPv4" }],
  [276, { header: 20, holds: (octets) => byEtherType(octets, 0) }],
]);

/** Whether packets can be found in frames of this type. */
export function isKnown(linkType: number): boolean {
  return LINKS.has(linkType);
}

/** Octets before the IPv4 packet of a frame whose link type `isKnown`, or what it holds instead. */
export function packetIn({ linkType, octets }: Frame): number | Stranger {
  const { header, holds } = LINKS.get(linkType)!;
  if (octets.length <= header) return "too short";
  const content = holds(octets);
  return content === "IPv4" ? header : content;
}

function byEtherType(octets: Uint8Array, at: number): "IPv4" | Stranger {
  switch ((octets[at]! << 8) | octets[at + 1]!) {
    case 0x0800:
      return "IPv4";
    case 0x0806:
      return "ARP";
    case 0x86dd:
      return "IPv6";
    case 0x8100:
    case 0x88a8:
    case 0x9100:
      return "VLAN";
    default:
      return "other";
  }
}
