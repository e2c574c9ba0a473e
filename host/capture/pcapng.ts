/**
 * The next generation of captures (https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng): blocks
 * of a type and a length. A section header sets the byte order; interfaces are described before
 * the packets that refer to them. Blocks of other types are passed over.
 */
import type { Frame } from "./frame.ts";
import type { FileOctets } from "./octets.ts";
import { LONGEST_FRAME } from "./pcap.ts";

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

/** Octets that a block of a type has at least. */
const SHORTEST = new Map([
  [INTERFACE, 20],
  [PACKET, 32],
  [SIMPLE_PACKET, 16],
  [ENHANCED_PACKET, 32],
]);

const LONGEST_BLOCK = 1 << 24;

interface Interface {
  linkType: number;
  /** Octets of a frame that are captured; 0 for all. */
  snapLength: number;
  /** Units of time in a second. */
  resolution: bigint;
  /** Seconds to be added. */
  offset: bigint;
}

/** A block's octets, its type and length included, with numbers read in its section's order. */
class Block {
  readonly octets: Buffer;
  readonly isLittle: boolean;

  constructor(octets: Buffer, isLittle: boolean) {
    this.octets = octets;
    this.isLittle = isLittle;
  }

  half(at: number): number {
    return this.isLittle ? this.octets.readUInt16LE(at) : this.octets.readUInt16BE(at);
  }

  word(at: number): number {
    return this.isLittle ? this.octets.readUInt32LE(at) : this.octets.readUInt32BE(at);
  }
}

/** Whether a file that begins with these four octets is in this format. */
export function isPcapng(magic: Buffer): boolean {
  return magic.readUInt32BE() === SECTION;
}

/** The frames of a file that `isPcapng`. Throws `CaptureError` where it is damaged. */
export function* pcapngFrames(file: FileOctets): Generator<Frame> {
  let interfaces: Interface[] = [];
  let time = 0n;
  let isLittle = true;
  while (!file.isAtEnd()) {
    if (file.peek(4).readUInt32BE() === SECTION) {
      isLittle = orderOf(file);
      interfaces = [];
    }
    const block = peekBlock(file, isLittle);
    const frame = contentOf(file, block, interfaces, time);
    if (frame !== undefined) {
      time = frame.time;
      yield frame;
    }
    file.take(block.octets.length);
  }
}

/** Whether the section that comes next has its numbers in little-endian order. */
function orderOf(file: FileOctets): boolean {
  const magic = file.peek(12).readUInt32LE(8);
  if (magic === 0x1a2b3c4d) return true;
  if (magic === 0x4d3c2b1a) return false;
  throw file.damaged("a section without byte order");
}

function peekBlock(file: FileOctets, isLittle: boolean): Block {
  const length = new Block(file.peek(12), isLittle).word(4);
  if (length < 12 || length % 4 !== 0 || length > LONGEST_BLOCK) {
    throw file.damaged(`a block of ${length} octets`);
  }
  const block = new Block(file.peek(length), isLittle);
  if (block.word(length - 4) === length) return block;
  throw file.damaged("a block whose two lengths differ");
}

/** The frame in `block`, if there is one. What describes an interface joins `interfaces`. */
function contentOf(
  file: FileOctets,
  block: Block,
  interfaces: Interface[],
  before: bigint,
): Frame | undefined {
  const type = block.word(0);
  if (block.octets.length < (SHORTEST.get(type) ?? 0))
    throw file.damaged("a block that is too short");
  if (type === INTERFACE) interfaces.push(interfaceIn(block));
  if (type === SIMPLE_PACKET) return simplePacket(file, block, interfaces, before);
  if (type !== PACKET && type !== ENHANCED_PACKET) return undefined;
  const number = type === PACKET ? block.half(8) : block.word(8);
  const source = interfaceOf(file, interfaces, number);
  const units = (BigInt(block.word(12)) << 32n) | BigInt(block.word(16));
  const time = (units * 1_000_000_000n) / source.resolution + source.offset * 1_000_000_000n;
  return frame(file, block, source, {
    time,
    at: 28,
    captured: block.word(20),
    length: block.word(24),
  });
}

/** A packet without a time: it gets that of the frame before. */
function simplePacket(
  file: FileOctets,
  block: Block,
  interfaces: Interface[],
  before: bigint,
): Frame {
  const source = interfaceOf(file, interfaces, 0);
  const length = block.word(8);
  const captured = Math.min(length, source.snapLength || length, block.octets.length - 16);
  return frame(file, block, source, { time: before, at: 12, captured, length });
}

function frame(
  file: FileOctets,
  block: Block,
  { linkType, resolution }: Interface,
  packet: { time: bigint; at: number; captured: number; length: number },
): Frame {
  const { at, captured, length } = packet;
  const time = packet.time > 0n ? packet.time : 0n;
  if (captured > LONGEST_FRAME || at + captured + 4 > block.octets.length) {
    throw file.damaged(`a frame of ${captured} octets in a block of ${block.octets.length}`);
  }
  const octets = block.octets.subarray(at, at + captured);
  return { linkType, time, isNanosecond: resolution > 1_000_000n, octets, length };
}

function interfaceOf(file: FileOctets, interfaces: Interface[], number: number): Interface {
  const found = interfaces[number];
  if (found !== undefined) return found;
  throw file.damaged(`a packet of interface ${number}, which is not described`);
}

/** Options: if_tsresol is 9, if_tsoffset is 14. */
function interfaceIn(block: Block): Interface {
  const linkType = block.half(8);
  const found = { linkType, snapLength: block.word(12), resolution: 1_000_000n, offset: 0n };
  const end = block.octets.length - 4;
  for (let at = 16; at + 4 <= end && block.half(at) !== 0;) {
    const length = block.half(at + 2);
    const value = at + 4;
    if (value + length > end) break;
    if (block.half(at) === 9 && length === 1) {
      found.resolution = resolutionOf(block.octets[value]!);
    }
    if (block.half(at) === 14 && length === 8) {
      const [high, low] = block.isLittle ? [value + 4, value] : [value, value + 4];
      const offset = (BigInt(block.word(high)) << 32n) | BigInt(block.word(low));
      found.offset = BigInt.asIntN(64, offset);
    }
    at = value + length + (-length & 3);
  }
  return found;
}

/** A negative power of ten, or with the highest bit set of two. */
function resolutionOf(octet: number): bigint {
  const power = BigInt(octet & 0x7f);
  return (octet & 0x80) === 0 ? 10n ** power : 2n ** power;
}
