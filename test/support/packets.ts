/**
 * Packets for tests, built from words: `udpPacket({ from: "10.0.0.2:1234", to: "198.51.100.10:53" })`.
 * Whatever is not said is right: lengths, checksums. Whatever is said is taken, also when it is a lie;
 * checksums are computed over the lies unless they are given too.
 */
import { internetChecksum, withPseudoHeader } from "./checksum.ts";
import { parseEndpoint, read16, read32, write16, write32 } from "./octets.ts";

export const ICMP = 1;
export const TCP = 6;
export const UDP = 17;

/** The IPv4 header, and what surrounds it. */
export interface HeaderOptions {
  /** "10.0.0.2:1234"; ICMP needs no port. */
  from: string;
  to: string;
  payload?: Uint8Array | string;
  /** IP options; padded with zeros to whole 32-bit words. */
  ipOptions?: Uint8Array;
  tos?: number;
  ttl?: number;
  identification?: number;
  /** The 16-bit word of flags and fragment offset. */
  fragment?: number;
  version?: number;
  /** Internet header length in 32-bit words. */
  ihl?: number;
  totalLength?: number;
  protocol?: number;
  headerChecksum?: number;
  /** The checksum of UDP, TCP or ICMP. */
  checksum?: number;
  /** Octets of link padding behind the datagram. */
  padding?: number;
}

export interface UdpOptions extends HeaderOptions {
  udpLength?: number;
}

export interface TcpOptions extends HeaderOptions {
  /** As in "SYN ACK", or the octet itself; ACK by default. */
  flags?: string | number;
  sequence?: number;
  acknowledgment?: number;
  /** In 32-bit words. */
  dataOffset?: number;
  /** TCP options; padded with zeros to whole 32-bit words. */
  tcpOptions?: Uint8Array;
}

export interface QueryOptions extends HeaderOptions {
  type?: number;
  code?: number;
  identifier?: number;
  sequence?: number;
}

export interface ErrorOptions extends HeaderOptions {
  type?: number;
  code?: number;
  /** The datagram the error is about, as the sender of the error saw it. */
  about: Uint8Array;
  /** How many of its octets are quoted; all by default. */
  quoted?: number;
  /** The length of the quoted datagram in 32-bit words (RFC 4884 §4); 0 by default. */
  lengthWords?: number;
  /** Octets after the quoted datagram. */
  extension?: Uint8Array;
}

export function udpPacket(options: UdpOptions): Uint8Array {
  const payload = octetsOf(options.payload);
  const segment = new Uint8Array(8 + payload.length);
  write16(segment, 0, parseEndpoint(options.from).port);
  write16(segment, 2, parseEndpoint(options.to).port);
  write16(segment, 4, options.udpLength ?? segment.length);
  segment.set(payload, 8);
  const packet = ipv4Packet(options, UDP, segment);
  if (options.checksum === undefined) return withTransportChecksum(packet);
  return withChecksumField(packet, 6, options.checksum);
}

export function tcpPacket(options: TcpOptions): Uint8Array {
  const tcpOptions = padded(options.tcpOptions ?? new Uint8Array());
  const payload = octetsOf(options.payload);
  const segment = new Uint8Array(20 + tcpOptions.length + payload.length);
  write16(segment, 0, parseEndpoint(options.from).port);
  write16(segment, 2, parseEndpoint(options.to).port);
  write32(segment, 4, options.sequence ?? 0x01020304);
  write32(segment, 8, options.acknowledgment ?? 0x05060708);
  segment[12] = (options.dataOffset ?? 5 + tcpOptions.length / 4) << 4;
  segment[13] = flagsOf(options.flags ?? "ACK");
  write16(segment, 14, 0xfaf0);
  segment.set(tcpOptions, 20);
  segment.set(payload, 20 + tcpOptions.length);
  const packet = ipv4Packet(options, TCP, segment);
  if (options.checksum === undefined) return withTransportChecksum(packet);
  return withChecksumField(packet, 16, options.checksum);
}

/** An ICMP query or reply: echo request by default. */
export function icmpQuery(options: QueryOptions): Uint8Array {
  const payload = octetsOf(options.payload);
  const message = new Uint8Array(8 + payload.length);
  message[0] = options.type ?? 8;
  message[1] = options.code ?? 0;
  write16(message, 4, options.identifier ?? 0x1234);
  write16(message, 6, options.sequence ?? 1);
  message.set(payload, 8);
  const packet = ipv4Packet(options, ICMP, message);
  if (options.checksum === undefined) return withTransportChecksum(packet);
  return withChecksumField(packet, 2, options.checksum);
}

/** An ICMP error about a packet: destination unreachable by default. */
export function icmpError(options: ErrorOptions): Uint8Array {
  const quoted = options.about.subarray(0, options.quoted);
  const extension = options.extension ?? new Uint8Array();
  const message = new Uint8Array(8 + quoted.length + extension.length);
  message[0] = options.type ?? 3;
  message[1] = options.code ?? 1;
  message[5] = options.lengthWords ?? 0;
  message.set(quoted, 8);
  message.set(extension, 8 + quoted.length);
  const packet = ipv4Packet(options, ICMP, message);
  if (options.checksum === undefined) return withTransportChecksum(packet);
  return withChecksumField(packet, 2, options.checksum);
}

/** A datagram around any payload. */
export function ipv4Packet(
  options: HeaderOptions,
  protocol: number,
  payload: Uint8Array,
): Uint8Array {
  const ipOptions = padded(options.ipOptions ?? new Uint8Array());
  const headerLength = 20 + ipOptions.length;
  const packet = new Uint8Array(headerLength + payload.length + (options.padding ?? 0));
  packet[0] = ((options.version ?? 4) << 4) | (options.ihl ?? headerLength / 4);
  packet[1] = options.tos ?? 0;
  write16(packet, 2, options.totalLength ?? headerLength + payload.length);
  write16(packet, 4, options.identification ?? 0xbeef);
  write16(packet, 6, options.fragment ?? 0x4000);
  packet[8] = options.ttl ?? 64;
  packet[9] = options.protocol ?? protocol;
  write32(packet, 12, parseEndpoint(options.from).address);
  write32(packet, 16, parseEndpoint(options.to).address);
  packet.set(ipOptions, 20);
  packet.set(payload, headerLength);
  const checksum = options.headerChecksum ?? internetChecksum(packet.subarray(0, headerLength));
  write16(packet, 10, checksum);
  return packet;
}

/** A copy of `packet` whose header checksum is right, as far as there is a header. */
export function withHeaderChecksum(packet: Uint8Array): Uint8Array {
  const copy = packet.slice();
  const headerLength = (copy[0]! & 15) * 4;
  if (headerLength < 20 || copy.length < headerLength) return copy;
  write16(copy, 10, 0);
  write16(copy, 10, internetChecksum(copy.subarray(0, headerLength)));
  return copy;
}

/** A copy of `packet` whose transport checksum is right (RFC 768: 0 is sent as 0xffff), if it has one. */
export function withTransportChecksum(packet: Uint8Array): Uint8Array {
  const start = (packet[0]! & 15) * 4;
  const at = { [ICMP]: 2, [TCP]: 16, [UDP]: 6 }[packet[9]!];
  const end = Math.min(read16(packet, 2), packet.length);
  if (at === undefined || end < start + at + 2) return packet.slice();

  const copy = withChecksumField(packet, at, 0);
  const segment = copy.subarray(start, end);
  const length = packet[9] === UDP ? Math.min(read16(segment, 4), segment.length) : segment.length;
  const covered = segment.subarray(0, length);
  const [source, destination] = [read32(copy, 12), read32(copy, 16)];
  const summed =
    packet[9] === ICMP ? covered : withPseudoHeader(source, destination, packet[9]!, covered);
  const checksum = internetChecksum(summed);
  return withChecksumField(copy, at, packet[9] === UDP && checksum === 0 ? 0xffff : checksum);
}

function withChecksumField(packet: Uint8Array, at: number, checksum: number): Uint8Array {
  const copy = packet.slice();
  write16(copy, (packet[0]! & 15) * 4 + at, checksum);
  return copy;
}

function flagsOf(flags: string | number): number {
  if (typeof flags === "number") return flags;
  const bits: Record<string, number> = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32 };
  return flags.split(" ").reduce((octet, name) => octet | (bits[name] ?? 0), 0);
}

function octetsOf(payload: Uint8Array | string | undefined): Uint8Array {
  return typeof payload === "string"
    ? new TextEncoder().encode(payload)
    : (payload ?? new Uint8Array());
}

function padded(octets: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(octets.length / 4) * 4);
  whole.set(octets);
  return whole;
}
