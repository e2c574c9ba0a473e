/** Packets made from nothing, for the example capture. */
import { fold, sumOf } from "../ones-complement.ts";

/** One's-complement checksum over `octets` (RFC 1071). */
function checksum(octets: Uint8Array): number {
  return ~fold(sumOf(octets)) & 0xffff;
}

function octetsOf(address: string): number[] {
  return address.split(".").map(Number);
}

/** An IPv4 packet without options. */
export function ipv4(source: string, target: string, protocol: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + payload.length, 2);
  header[8] = 64;
  header[9] = protocol;
  header.set(octetsOf(source), 12);
  header.set(octetsOf(target), 16);
  header.writeUInt16BE(checksum(header), 10);
  return Buffer.concat([header, payload]);
}

/** "10.0.0.2:5000" in its parts. */
function endpoint(text: string): [address: string, port: number] {
  const [address, port] = text.split(":");
  return [address!, Number(port)];
}

/** Fills in a transport checksum, with the pseudo header of RFC 768 and RFC 9293. */
function seal(source: string, target: string, protocol: number, segment: Buffer, at: number): void {
  const pseudo = [...octetsOf(source), ...octetsOf(target), 0, protocol, 0, segment.length];
  segment.writeUInt16BE(checksum(Buffer.concat([Buffer.from(pseudo), segment])), at);
}

/** A datagram between two endpoints, at most 247 octets of text. */
export function udp(from: string, to: string, text: string): Buffer {
  const [source, sourcePort] = endpoint(from);
  const [target, targetPort] = endpoint(to);
  const segment = Buffer.concat([Buffer.alloc(8), Buffer.from(text)]);
  segment.writeUInt16BE(sourcePort, 0);
  segment.writeUInt16BE(targetPort, 2);
  segment.writeUInt16BE(segment.length, 4);
  seal(source, target, 17, segment, 6);
  return ipv4(source, target, 17, segment);
}

export const FIN = 1;
export const SYN = 2;
export const ACK = 16;

/** A segment without payload. */
export function tcp(from: string, to: string, flags: number): Buffer {
  const [source, sourcePort] = endpoint(from);
  const [target, targetPort] = endpoint(to);
  const segment = Buffer.alloc(20);
  segment.writeUInt16BE(sourcePort, 0);
  segment.writeUInt16BE(targetPort, 2);
  segment[12] = 5 << 4;
  segment[13] = flags;
  segment.writeUInt16BE(64240, 14);
  seal(source, target, 6, segment, 16);
  return ipv4(source, target, 6, segment);
}

/** An echo (type 8) or its reply (type 0). */
export function echo(source: string, target: string, type: 0 | 8, identifier: number): Buffer {
  const message = Buffer.alloc(16, "provenat");
  message.writeUInt32BE(type << 24, 0);
  message.writeUInt16BE(identifier, 4);
  message.writeUInt16BE(1, 6);
  message.writeUInt16BE(checksum(message), 2);
  return ipv4(source, target, 1, message);
}

/** "Port unreachable" from `source`, about `packet`. */
export function unreachable(source: string, packet: Buffer): Buffer {
  const quote = packet.subarray(0, 28);
  const message = Buffer.concat([Buffer.from([3, 3, 0, 0, 0, 0, 0, 0]), quote]);
  message.writeUInt16BE(checksum(message), 2);
  const target = [...packet.subarray(12, 16)].join(".");
  return ipv4(source, target, 1, message);
}
