/** Writing captures: in the classic format, and all or nothing. */
import { closeSync, lstatSync, openSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { CaptureError } from "./frame.ts";
import { LONGEST_FRAME, MICROSECONDS, NANOSECONDS } from "./pcap.ts";

/** Octets that are gathered before they are written. */
const CHUNK = 1 << 18;

export class PcapWriter {
  readonly #path: string;
  /** Where it is written until it is whole; `#path` itself when that is no regular file. */
  readonly #unfinished: string;
  readonly #file: number;
  readonly #unit: bigint;
  readonly #buffer = Buffer.allocUnsafe(CHUNK);
  #filled = 0;

  /** Throws `CaptureError` when `path` cannot be written, as all other methods do. */
  constructor(path: string, linkType: number, isNanosecond: boolean) {
    this.#path = path;
    this.#unit = isNanosecond ? 1n : 1000n;
    const isSpecial = lstatSync(path, { throwIfNoEntry: false })?.isFile() === false;
    this.#unfinished = isSpecial ? path : `${path}.unfinished-${process.pid}`;
    this.#file = this.#attempt(() => openSync(this.#unfinished, "w"));
    const magic = isNanosecond ? NANOSECONDS : MICROSECONDS;
    this.#words(magic, 0x0004_0002, 0, 0, LONGEST_FRAME, linkType);
  }

  /** `time` in nanoseconds since 1970; the frame is `header` and `packet`. */
  write(time: bigint, header: Uint8Array, packet: Uint8Array): void {
    const length = header.length + packet.length;
    if (this.#filled + 16 + length > CHUNK) this.#flush();
    const seconds = Number((time / 1_000_000_000n) & 0xffff_ffffn);
    const fraction = Number((time % 1_000_000_000n) / this.#unit);
    this.#words(seconds, fraction, length, length);
    this.#buffer.set(header, this.#filled);
    this.#buffer.set(packet, this.#filled + header.length);
    this.#filled += length;
  }

  /** Puts the file in its place. */
  finish(): void {
    this.#flush();
    closeSync(this.#file);
    if (this.#unfinished !== this.#path) {
      this.#attempt(() => renameSync(this.#unfinished, this.#path));
    }
  }

  /** Leaves no file behind. */
  abandon(): void {
    closeSync(this.#file);
    if (this.#unfinished !== this.#path) unlinkSync(this.#unfinished);
  }

  #words(...words: number[]): void {
    for (const word of words) this.#filled = this.#buffer.writeUInt32LE(word, this.#filled);
  }

  #flush(): void {
    for (let at = 0; at < this.#filled;) {
      at += this.#attempt(() => writeSync(this.#file, this.#buffer, at, this.#filled - at));
    }
    this.#filled = 0;
  }

  #attempt<T>(operation: () => T): T {
    try {
      return operation();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new CaptureError(this.#path, `cannot be written (${code})`, "Name another file");
    }
  }
}
