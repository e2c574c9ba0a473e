/**
 * The classic capture format (https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap): a header of
 * 24 octets, then records of 16 octets and a frame each, in the byte order of the capturing machine.
 */
import type { Frame } from "./frame.ts";
import type { FileOctets } from "./octets.ts";

export const MICROSECONDS = 0xa1b2c3d4;
export const NANOSECONDS = 0xa1b23c4d;

/** More than any frame has; what claims more is no record. Wireshark's limit, too. */
export const LONGEST_FRAME = 262_144;

/** Whether a file that begins with these four octets is in this format. */
export function isPcap(magic: Buffer): boolean {
  const numbers = [magic.readUInt32LE(), magic.readUInt32BE()];
  return numbers.includes(MICROSECONDS) || numbers.includes(NANOSECONDS);
}

/** The frames of a file that `isPcap`. Throws `CaptureError` where it is damaged. */
export function* pcapFrames(file: FileOctets): Generator<Frame> {
  const header = file.peek(24);
  const magic = header.readUInt32LE();
  const isLittle = magic === MICROSECONDS || magic === NANOSECONDS;
  const word = (octets: Buffer, at: number): number =>
    isLittle ? octets.readUInt32LE(at) : octets.readUInt32BE(at);
  const isNanosecond = word(header, 0) === NANOSECONDS;
  const unit = isNanosecond ? 1n : 1000n;
  // The upper half says whether frames end with a checksum.
  const linkType = word(header, 20) & 0xffff;
  file.take(24);
  while (!file.isAtEnd()) {
    const record = file.peek(16);
    const time = BigInt(word(record, 0)) * 1_000_000_000n + BigInt(word(record, 4)) * unit;
    const captured = word(record, 8);
    const length = word(record, 12);
    if (captured > LONGEST_FRAME) throw file.damaged(`a frame of ${captured} octets`);
    const octets = file.take(16 + captured).subarray(16);
    yield { linkType, time, isNanosecond, octets, length };
  }
}
