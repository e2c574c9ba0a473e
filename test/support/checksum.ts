/**
 * The Internet checksum computed in full (RFC 1071): the oracle for the core, which only ever
 * updates checksums. Nothing here is fast, and nothing here is incremental.
 */
import { read16, read32, write16, write32 } from "./octets.ts";

/** The one's-complement sum of 16-bit words, an odd last octet padded with 0 (RFC 1071 §1). */
export function onesComplementSum(octets: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < octets.length; at += 2) {
    sum += octets[at]! * 256 + (octets[at + 1] ?? 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

/** What belongs into the checksum field when that field is 0 in `octets`. */
export function internetChecksum(octets: Uint8Array): number {
  return 0xffff - onesComplementSum(octets);
}

/** The pseudo header of UDP and TCP (RFC 768, RFC 9293 §3.1) before `segment`. */
export function withPseudoHeader(
  source: number,
  destination: number,
  protocol: number,
  segment: Uint8Array,
): Uint8Array {
  const octets = new Uint8Array(12 + segment.length);
  write32(octets, 0, source);
  write32(octets, 4, destination);
  octets[9] = protocol;
  write16(octets, 10, segment.length);
  octets.set(segment, 12);
  return octets;
}

/**
 * What a receiver finds a checksum to be. `absent`: not there, not sent (UDP 0) or covering octets
 * that are not there. `zero`: the message is all zeros, checksum included, so its sum is +0 and
 * not the -0 of a right one; only an ICMP message can be so.
 */
export type Sum = "right" | "wrong" | "zero" | "absent";

/** The checksums of a packet, those of a datagram quoted in an ICMP error among them. */
export interface Sums {
  header: Sum;
  transport: Sum;
  embeddedHeader: Sum;
  embeddedTransport: Sum;
}

/** Judges every checksum of `packet`, which must hold a whole IPv4 header. */
export function checksumsOf(packet: Uint8Array): Sums {
  const outer = datagramSums(packet);
  const quoted = quotedDatagram(packet);
  const inner = quoted && quoted.length >= 20 ? datagramSums(quoted) : undefined;
  return {
    header: outer.header,
    transport: outer.transport,
    embeddedHeader: inner?.header ?? "absent",
    embeddedTransport: inner?.transport ?? "absent",
  };
}

/** Whether header and transport checksum are right; a UDP checksum of 0 counts as right. */
export function allSumsAreRight(packet: Uint8Array): boolean {
  return Object.values(checksumsOf(packet)).every((sum) => sum === "right" || sum === "absent");
}

function datagramSums(packet: Uint8Array): { header: Sum; transport: Sum } {
  const headerLength = (packet[0]! & 15) * 4;
  const totalLength = read16(packet, 2);
  if (headerLength < 20 || headerLength > packet.length) {
    return { header: "absent", transport: "absent" };
  }
  const header = judged(packet.subarray(0, headerLength));
  if (totalLength > packet.length || totalLength < headerLength) {
    return { header, transport: "absent" };
  }
  const transport = transportSum(packet, packet.subarray(headerLength, totalLength));
  return { header, transport };
}

function transportSum(packet: Uint8Array, payload: Uint8Array): Sum {
  const protocol = packet[9]!;
  const covered = (segment: Uint8Array): Sum =>
    judged(withPseudoHeader(read32(packet, 12), read32(packet, 16), protocol, segment));
  if (protocol === 1 && payload.length >= 8) return judged(payload);
  if (protocol === 6 && payload.length >= 20) return covered(payload);
  if (protocol !== 17 || payload.length < 8 || read16(payload, 6) === 0) return "absent";
  const length = read16(payload, 4);
  return length < 8 || length > payload.length ? "absent" : covered(payload.subarray(0, length));
}

/** The datagram quoted in an ICMP error, as far as it is there (RFC 4884 §4). */
function quotedDatagram(packet: Uint8Array): Uint8Array | undefined {
  const start = (packet[0]! & 15) * 4;
  const message = packet.subarray(start, Math.max(start, read16(packet, 2)));
  if (packet[9] !== 1 || message.length < 8 || ![3, 11, 12].includes(message[0]!)) return undefined;
  return message.subarray(8, message[5] === 0 ? undefined : 8 + 4 * message[5]!);
}

function judged(octets: Uint8Array): Sum {
  const sum = onesComplementSum(octets);
  if (sum === 0xffff) return "right";
  return sum === 0 ? "zero" : "wrong";
}
