/** Ethernet frames for tests (RFC 894), and the ARP messages in them (RFC 826), built from words. */
import { ETHERNET_HEADER, ROOM } from "../../assembly/abi.ts";
import {
  formatStation,
  joined,
  parseAddress,
  parseStation,
  read16,
  write16,
  write32,
} from "./octets.ts";

export const IPV4 = 0x0800;
export const ARP = 0x0806;
export const BROADCAST = "ff:ff:ff:ff:ff:ff";
export const NOBODY = "00:00:00:00:00:00";

/** Both ends of a frame on its link, as in "02:00:00:00:00:01". */
export interface Ends {
  to: string;
  from: string;
}

export interface FrameOptions extends Ends {
  /** IPv4 by default. */
  type?: number;
  /** What goes before the Ethernet header: nothing by default. */
  virtio?: Uint8Array | undefined;
  /** Octets of zeros behind the payload. */
  padding?: number;
}

/** A frame around `payload`, without room before it. */
export function ethernetFrame(options: FrameOptions, payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(ETHERNET_HEADER);
  header.set(parseStation(options.to), 0);
  header.set(parseStation(options.from), 6);
  write16(header, 12, options.type ?? IPV4);
  const virtio = options.virtio ?? new Uint8Array();
  return joined(virtio, header, payload, new Uint8Array(options.padding ?? 0));
}

/** A frame as the core is given it: what the room holds is nobody's. */
export function withRoom(frame: Uint8Array, room = new Uint8Array(ROOM).fill(0x5a)): Uint8Array {
  return joined(room, frame);
}

/** A frame taken apart. */
export interface Parts {
  virtio: Uint8Array;
  to: string;
  from: string;
  type: number;
  payload: Uint8Array;
}

/** Takes a frame apart, without its room, behind `virtioHeader` octets of virtio header. */
export function partsOf(frame: Uint8Array, virtioHeader = 0): Parts {
  const ethernet = frame.subarray(virtioHeader);
  return {
    virtio: frame.subarray(0, virtioHeader),
    to: formatStation(ethernet.subarray(0, 6)),
    from: formatStation(ethernet.subarray(6, 12)),
    type: read16(ethernet, 12),
    payload: ethernet.subarray(ETHERNET_HEADER),
  };
}

/** Who sends an ARP message, or is asked for in one. */
export interface Party {
  station: string;
  address: string;
}

export interface ArpOptions {
  /** A request by default. */
  operation?: number;
  sender: Party;
  /** The station is nobody's by default. */
  target: { station?: string; address: string };
  hardware?: number;
  protocol?: number;
  /** Of hardware and protocol addresses. */
  lengths?: [number, number];
}

export const REQUEST = 1;
export const REPLY = 2;

/** The 28 octets of a message about Ethernet and IPv4 addresses. */
export function arpMessage(options: ArpOptions): Uint8Array {
  const { sender, target, lengths = [6, 4] } = options;
  const message = new Uint8Array(28);
  write16(message, 0, options.hardware ?? 1);
  write16(message, 2, options.protocol ?? IPV4);
  message.set(lengths, 4);
  write16(message, 6, options.operation ?? REQUEST);
  message.set(parseStation(sender.station), 8);
  write32(message, 14, parseAddress(sender.address));
  message.set(parseStation(target.station ?? NOBODY), 18);
  write32(message, 24, parseAddress(target.address));
  return message;
}

/** A frame with an ARP message, from its sender; to all by default. */
export function arpFrame(options: ArpOptions & Partial<FrameOptions>): Uint8Array {
  const ends = { to: BROADCAST, from: options.sender.station };
  return ethernetFrame({ ...ends, ...options, type: ARP }, arpMessage(options));
}

/** What stands in place of an Ethernet address that has still to be found out. */
export function unresolved(address: string): string {
  const station = new Uint8Array(6);
  write32(station, 2, parseAddress(address));
  return formatStation(station);
}
