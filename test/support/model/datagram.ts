/** An IPv4 datagram and its transport header, read field by field (RFC 791, 768, 792, 9293). */
import { Protocol } from "../../../assembly/abi.ts";
import { type Endpoint, read16, read32 } from "../octets.ts";
import { onesComplementSum } from "../checksum.ts";
import { type Offload, belongsTo, liesBehind } from "./virtio.ts";

const PROTOCOL_NUMBERS: Record<Protocol, number> = {
  [Protocol.Udp]: 17,
  [Protocol.Icmp]: 1,
  [Protocol.Tcp]: 6,
};

/** Bits of the TCP flags octet (RFC 9293 §3.1). */
export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;

/** ICMP types (RFC 792). */
export const ECHO_REPLY = 0;
export const ECHO = 8;
export const TIMESTAMP = 13;
export const TIMESTAMP_REPLY = 14;
export const ERROR_TYPES = [3, 11, 12];

/** A view of a datagram that may be cut short, as one quoted in an ICMP error is. */
export class Datagram {
  readonly octets: Uint8Array;
  readonly #offload: Offload;

  constructor(octets: Uint8Array, offload: Offload = {}) {
    this.octets = octets;
    this.#offload = offload;
  }

  get version(): number {
    return this.octets[0]! >>> 4;
  }

  /** Octets, as the IHL says. */
  get headerLength(): number {
    return (this.octets[0]! & 15) * 4;
  }

  get totalLength(): number {
    return read16(this.octets, 2);
  }

  /** RFC 791 §3.1: whether it may not be fragmented. */
  get dontFragment(): boolean {
    return (this.octets[6]! & 0x40) !== 0;
  }

  get moreFragments(): boolean {
    return (this.octets[6]! & 0x20) !== 0;
  }

  get fragmentOffset(): number {
    return read16(this.octets, 6) & 0x1fff;
  }

  get timeToLive(): number {
    return this.octets[8]!;
  }

  /** The protocol, or undefined when it is one that is not translated. */
  get protocol(): Protocol | undefined {
    const number = this.octets[9];
    return [Protocol.Udp, Protocol.Icmp, Protocol.Tcp].find((p) => PROTOCOL_NUMBERS[p] === number);
  }

  get source(): number {
    return read32(this.octets, 12);
  }

  get destination(): number {
    return read32(this.octets, 16);
  }

  get headerSumIsRight(): boolean {
    return onesComplementSum(this.octets.subarray(0, this.headerLength)) === 0xffff;
  }

  /** Whether the transport checksum is the sum of the pseudo header only, not complemented. */
  get hasBegunChecksum(): boolean {
    const { protocol } = this;
    const { unfinished } = this.#offload;
    if (!unfinished || protocol === undefined) return false;
    return belongsTo(unfinished, protocol, this.headerLength);
  }

  /** Whether the checksum that is left to a device is none that can be kept. */
  get hasStrangeChecksum(): boolean {
    const { protocol } = this;
    const { unfinished } = this.#offload;
    if (!unfinished || protocol === undefined || this.hasBegunChecksum) return false;
    return !liesBehind(unfinished, protocol, this.headerLength);
  }

  /** What follows the header, up to the total length: a view. */
  get payload(): Uint8Array {
    return this.octets.subarray(this.headerLength, this.totalLength);
  }

  /** Octets of the longest datagram that a link has to carry: of a superpacket, one segment. */
  get longest(): number {
    const { segmentSize } = this.#offload;
    if (segmentSize === undefined) return this.totalLength;
    const transport = this.protocol === Protocol.Tcp ? (this.payload[12]! >>> 4) * 4 : 8;
    return this.headerLength + transport + segmentSize;
  }

  get icmpType(): number {
    return this.payload[0]!;
  }

  get isIcmpError(): boolean {
    return this.protocol === Protocol.Icmp && ERROR_TYPES.includes(this.icmpType);
  }

  get isEchoRequest(): boolean {
    return this.protocol === Protocol.Icmp && this.icmpType === ECHO;
  }

  get tcpFlags(): number {
    return this.payload[13]!;
  }

  /** Source address and port; of an ICMP query or reply, its identifier. */
  get from(): Endpoint {
    const at = this.protocol === Protocol.Icmp ? 4 : 0;
    return { address: this.source, port: read16(this.payload, at) };
  }

  /** Destination address and port; of an ICMP query or reply, its identifier. */
  get to(): Endpoint {
    const at = this.protocol === Protocol.Icmp ? 4 : 2;
    return { address: this.destination, port: read16(this.payload, at) };
  }
}
