/** Ethernet frames, plain and slow, as far as a filter looks at them. */

export const BROADCAST = "ff:ff:ff:ff:ff:ff";

const SENDER_MAC = "02:00:00:00:00:99";

interface Ipv4 {
  mac: string;
  to: string;
  from?: string;
  /** Octets of payload, after the header. */
  payload?: Uint8Array;
}

/** An IPv4 packet of an experimental protocol (RFC 3692), which nothing answers. */
export function ipv4({ mac, to, from = "192.0.2.99", payload = Buffer.alloc(26) }: Ipv4): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + payload.length, 2);
  header[8] = 64;
  header[9] = 253;
  header.set(address(from), 12);
  header.set(address(to), 16);
  header.writeUInt16BE(internetChecksum(header), 10);
  return ethernet(mac, 0x0800, Buffer.concat([header, payload]));
}

/** An ARP request, or a reply (`operation` 2), about `target`. */
export function arp(mac: string, target: string, operation = 1): Buffer {
  const body = Buffer.alloc(28);
  body.writeUInt16BE(1, 0);
  body.writeUInt16BE(0x0800, 2);
  body[4] = 6;
  body[5] = 4;
  body.writeUInt16BE(operation, 6);
  body.set(macOctets(SENDER_MAC), 8);
  body.set(address("192.0.2.99"), 14);
  body.set(address(target), 24);
  return ethernet(mac, 0x0806, body);
}

export function ethernet(mac: string, ethertype: number, body: Uint8Array): Buffer {
  const header = Buffer.alloc(14);
  header.set(macOctets(mac), 0);
  header.set(macOctets(SENDER_MAC), 6);
  header.writeUInt16BE(ethertype, 12);
  return Buffer.concat([header, body]);
}

/** `frame` with a VLAN tag. */
export function tagged(frame: Buffer): Buffer {
  const tag = Buffer.from([0x81, 0x00, 0x00, 0x05]);
  return Buffer.concat([frame.subarray(0, 12), tag, frame.subarray(12)]);
}

function macOctets(mac: string): number[] {
  return mac.split(":").map((octet) => parseInt(octet, 16));
}

function address(dotted: string): number[] {
  return dotted.split(".").map(Number);
}

function internetChecksum(octets: Buffer): number {
  let sum = 0;
  for (let i = 0; i < octets.length; i += 2) sum += octets.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
