/** What a capture file holds, whichever its format. */

/** One captured frame. */
export interface Frame {
  /** What the octets begin with: a LINKTYPE_ number (https://www.tcpdump.org/linktypes.html). */
  linkType: number;

  /** Nanoseconds since 1970. */
  time: bigint;

  /** Whether `time` is finer than microseconds. */
  isNanosecond: boolean;

  /** What was captured: a view that is valid until the next frame is read. */
  octets: Uint8Array;

  /** Octets that the frame had on its link: more than `octets` holds when the capture cut it. */
  length: number;
}

/** A capture file that cannot be read or written. */
export class CaptureError extends Error {
  readonly path: string;

  constructor(path: string, problem: string, remedy: string) {
    super(`${path}: ${problem}. ${remedy}.`);
    this.name = "CaptureError";
    this.path = path;
  }
}

/** A capture file that ends amid what begins at octet `offset`, as after its writer was killed. */
export class CutOffError extends CaptureError {
  readonly offset: number;

  constructor(path: string, offset: number, missing: number, remedy: string) {
    const octets = `${missing} octet${missing === 1 ? "" : "s"}`;
    super(path, `damaged at octet ${offset}: it ends there, ${octets} too early`, remedy);
    this.offset = offset;
  }
}
