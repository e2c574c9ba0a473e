/** Writing captures: in the classic format, and all or nothing. */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { CaptureError } from "./frame.ts";
import { LONGEST_FRAME, MICROSECONDS, NANOSECONDS } from "./pcap.ts";

/** Octets that are gathered before they are written. */
const CHUNK = 1 << 18;

export class PcapWriter {
  readonly #path: string;
  /** The file that is to be replaced: at the end of the links, if `#path` is one. */
  readonly #target: string;
  /** Where it is written until it is whole; `#target` itself when that is no regular file. */
  readonly #unfinished: string;
  readonly #file: number;
  readonly #unit: bigint;
  readonly #buffer = Buffer.allocUnsafe(CHUNK);
  #filled = 0;

  /** Throws `CaptureError` when `path` cannot be written, as all other methods do. */
  constructor(path: string, linkType: number, isNanosecond: boolean) {
    this.#path = path;
    this.#unit = isNanosecond ? 1n : 1000n;
    const { target, isSpecial } = this.#attempt(() => targetOf(path));
    this.#target = target;
    this.#unfinished = isSpecial
      ? target
      : `${target}.unfinished-${randomBytes(6).toString("hex")}`;
    // Exclusively: never into a file, or through a link, that somebody has put there.
    this.#file = this.#attempt(() => openSync(this.#unfinished, isSpecial ? "w" : "wx"));
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
    // Closed afterwards, as `abandon` would do it again if this failed.
    if (this.#unfinished !== this.#target) {
      this.#attempt(() => renameSync(this.#unfinished, this.#target));
    }
    closeSync(this.#file);
  }

  /** Leaves no file behind. */
  abandon(): void {
    closeSync(this.#file);
    if (this.#unfinished !== this.#target) unlinkSync(this.#unfinished);
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
      if (error instanceof CaptureError) throw error;
      const { code } = error as NodeJS.ErrnoException;
      throw new CaptureError(this.#path, `cannot be written (${code})`, "Name another file");
    }
  }
}

/** What a capture at `path` would replace, and whether it has to be written in place, as a pipe has. */
function targetOf(path: string): { target: string; isSpecial: boolean } {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) return { target: path, isSpecial: true };
  if (found !== undefined) return { target: realpathSync(path), isSpecial: false };
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
    return { target: path, isSpecial: false };
  }
  throw new CaptureError(path, "it is a link to nothing", "Remove it, or name another file");
}
