/**
 * Whether a sender has left a checksum to a device that is none: on the other end of a veth the
 * kernel does so unless told otherwise, and nothing about a frame that AF_XDP receives says so.
 */
import { ETHERNET_HEADER } from "../assembly/abi.ts";
import { fold, sumOf } from "./ones-complement.ts";

const IPV4_HEADER = 20;
const TCP = 6;
const UDP = 17;

/** Octets that a transport header has at least, and where its checksum lies. */
const TRANSPORT: Record<number, { header: number; checksum: number }> = {
  [TCP]: { header: 20, checksum: 16 },
  [UDP]: { header: 8, checksum: 6 },
};

/**
 * Whether the checksum of `frame`, of TCP or UDP over IPv4, is that of its pseudo header alone, as
 * such a sender leaves it: by chance one in 65,536 is.
 */
export function isUnfinished(frame: Uint8Array): boolean {
  const segment = segmentOf(frame);
  if (segment === undefined) return false;
  const { protocol, pseudo, octets } = segment;
  const field = word(octets, TRANSPORT[protocol]!.checksum);
  const isNone = protocol === UDP && field === 0;
  return !isNone && field === pseudo && fold(pseudo + sumOf(octets)) !== 0xffff;
}

interface Segment {
  protocol: number;
  /** The sum over the pseudo header. */
  pseudo: number;
  octets: Uint8Array;
}

function segmentOf(frame: Uint8Array): Segment | undefined {
  if (frame.length < ETHERNET_HEADER + IPV4_HEADER || word(frame, 12) !== 0x0800) return undefined;
  const packet = frame.subarray(ETHERNET_HEADER);
  const header = (packet[0]! & 15) * 4;
  const length = word(packet, 2);
  const protocol = packet[9]!;
  const isFragment = (word(packet, 6) & 0x3fff) !== 0;
  const transport = TRANSPORT[protocol];
  if (transport === undefined || isFragment || packet.length < length) return undefined;
  if (length < header + transport.header) return undefined;
  const octets = packet.subarray(header, length);
  const addresses = sumOf(packet.subarray(12, 20));
  return { protocol, pseudo: fold(addresses + protocol + octets.length), octets };
}

function word(octets: Uint8Array, at: number): number {
  return (octets[at]! << 8) | octets[at + 1]!;
}
