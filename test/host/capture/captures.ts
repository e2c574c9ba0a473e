/** Capture files made octet by octet, in any byte order. */

/** A frame and when it was captured, in units of the file. */
export interface Recorded {
  octets: Uint8Array;
  units?: bigint;
  /** On its link, if more than was captured. */
  length?: number;
}

type Order = "big" | "little";

const word = (order: Order, value: number): Buffer => {
  const octets = Buffer.alloc(4);
  if (order === "big") octets.writeUInt32BE(value);
  else octets.writeUInt32LE(value);
  return octets;
};

const half = (order: Order, value: number): Buffer => {
  const octets = Buffer.alloc(2);
  if (order === "big") octets.writeUInt16BE(value);
  else octets.writeUInt16LE(value);
  return octets;
};

const words = (order: Order, ...values: number[]): Buffer =>
  Buffer.concat(values.map((value) => word(order, value)));

/** A classic capture; the units are those of `magic` since 1970. */
export function pcap(
  frames: Recorded[],
  { order = "little" as Order, magic = 0xa1b2c3d4, linkType = 101 } = {},
): Buffer {
  const perSecond = magic === 0xa1b23c4d ? 1_000_000_000n : 1_000_000n;
  const version = order === "big" ? 0x0002_0004 : 0x0004_0002;
  const header = words(order, magic, version, 0, 0, 262_144, linkType);
  const records = frames.map(({ octets, units = 0n, length = octets.length }) => {
    const time = [Number(units / perSecond), Number(units % perSecond)];
    return Buffer.concat([words(order, ...time, octets.length, length), octets]);
  });
  return Buffer.concat([header, ...records]);
}

/** A pcapng block around `body`. */
export function block(order: Order, type: number, body: Uint8Array): Buffer {
  const padding = Buffer.alloc(-body.length & 3);
  const length = 12 + body.length + padding.length;
  return Buffer.concat([words(order, type, length), body, padding, word(order, length)]);
}

export function section(order: Order): Buffer {
  return block(order, 0x0a0d0d0a, words(order, 0x1a2b3c4d, 0x0000_0001, 0xffffffff, 0xffffffff));
}

/** An interface; `resolution` is the octet of if_tsresol. */
export function description(order: Order, linkType: number, resolution?: number): Buffer {
  const fixed = [half(order, linkType), half(order, 0), word(order, 0)];
  if (resolution === undefined) return block(order, 1, Buffer.concat(fixed));
  const option = [half(order, 9), half(order, 1), Buffer.from([resolution, 0, 0, 0])];
  return block(order, 1, Buffer.concat([...fixed, ...option, word(order, 0)]));
}

export function enhancedPacket(order: Order, { octets, units = 0n, length }: Recorded): Buffer {
  const time = [Number(units >> 32n), Number(units & 0xffff_ffffn)];
  const fixed = words(order, 0, ...time, octets.length, length ?? octets.length);
  return block(order, 6, Buffer.concat([fixed, octets]));
}

export function simplePacket(order: Order, octets: Uint8Array): Buffer {
  return block(order, 3, Buffer.concat([word(order, octets.length), octets]));
}
