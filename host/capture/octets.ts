/** A file read from its beginning to its end, a few octets at a time, through one buffer. */
import { closeSync, openSync, readSync } from "node:fs";
import { CaptureError, CutOffError } from "./frame.ts";

const REMEDY = "Capture again, or repair the file";

export class FileOctets {
  readonly path: string;
  readonly #file: number;
  #buffer = Buffer.allocUnsafe(1 << 20);
  #start = 0;
  #end = 0;

  /** Where in the file the next octet is. */
  offset = 0;

  /** Throws `CaptureError` when the file cannot be opened. */
  constructor(path: string) {
    this.path = path;
    this.#file = attempt(path, "opened", () => openSync(path, "r"));
  }

  /** Whether no octet is left. */
  isAtEnd(): boolean {
    return this.#available(1) === 0;
  }

  /** The next `count` octets, without passing over them: a view, valid until the next call. Throws `CutOffError`. */
  peek(count: number): Buffer {
    const available = this.#available(count);
    if (available < count) {
      throw new CutOffError(this.path, this.offset, count - available, REMEDY);
    }
    return this.#buffer.subarray(this.#start, this.#start + count);
  }

  /** The next `count` octets: a view, valid until the next call. */
  take(count: number): Buffer {
    const octets = this.peek(count);
    this.#start += count;
    this.offset += count;
    return octets;
  }

  /** The error that something is wrong with what comes next. */
  damaged(problem: string): CaptureError {
    return new CaptureError(this.path, `damaged at octet ${this.offset}: ${problem}`, REMEDY);
  }

  close(): void {
    closeSync(this.#file);
  }

  /** How many octets are there, `count` being wanted. */
  #available(count: number): number {
    if (this.#end - this.#start >= count) return count;
    this.#makeRoom(count);
    while (this.#end - this.#start < count) {
      const room = this.#buffer.length - this.#end;
      const read = attempt(this.path, "read", () =>
        readSync(this.#file, this.#buffer, this.#end, room, null),
      );
      if (read === 0) break;
      this.#end += read;
    }
    return Math.min(count, this.#end - this.#start);
  }

  #makeRoom(count: number): void {
    const kept = this.#buffer.subarray(this.#start, this.#end);
    const target = count > this.#buffer.length ? Buffer.allocUnsafe(count) : this.#buffer;
    kept.copy(target);
    this.#buffer = target;
    this.#start = 0;
    this.#end = kept.length;
  }
}

function attempt<T>(path: string, verb: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CaptureError(path, `cannot be ${verb} (${code})`, "Name a capture file");
  }
}
