/** The NAT on a capture: its packets in, what leaves out, at the times of the capture. */
import { statSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { Side, Verdict } from "../assembly/abi.ts";
import { CaptureError, CutOffError, type Frame } from "./capture/frame.ts";
import { type Stranger, isKnown, packetIn } from "./capture/link.ts";
import { framesIn } from "./capture/reader.ts";
import { PcapWriter } from "./capture/writer.ts";
import { LATEST, type Nat } from "./nat.ts";

/** Frames between two looks at whether to stop. */
const PATIENCE = 4096;

/** The core's clock at the first packet, in milliseconds. */
const START = 1000;

/** LINKTYPE_RAW, for a capture without a frame. */
const RAW = 101;

/** Why a frame was not given to the core. */
export type LeftOut = Stranger | "cut off by the capture" | "of another link type";

/** What became of the frames of a capture. */
export interface ReplaySummary {
  frames: number;
  /** Frames that were not given to the core, by reason. */
  leftOut: Partial<Record<LeftOut, number>>;
  /** Packets that came from the internal side. */
  internal: number;
  /** Packets by outcome (docs/behaviour.md §2). */
  outcomes: Record<string, number>;
  written: number;
  /** The octet at which the last frame of `input` began that is not whole. */
  cutOffAt?: number;
}

/**
 * Carries the capture `input` through `nat` into the capture `output`, which is written whole or not
 * at all. Of an input that ends amid a frame, the whole ones are carried. Throws `CaptureError`, also
 * when `signal` aborts, and when the files are the same.
 */
export async function replay(
  nat: Nat,
  sideOf: (packet: Uint8Array) => Side,
  files: { input: string; output: string },
  signal: AbortSignal,
): Promise<ReplaySummary> {
  refuseSame(files);
  const run = new Replay(nat, sideOf, files);
  try {
    for (const frame of wholeFramesIn(files.input, run.summary)) {
      run.take(frame);
      if (run.summary.frames % PATIENCE === 0) await setImmediate();
      if (signal.aborted) throw new CaptureError(files.output, "interrupted", "Start again");
    }
    return run.finish();
  } catch (error) {
    run.abandon();
    throw error;
  }
}

/** Throws `CaptureError` when the output would take the place of the input, by whichever name. */
function refuseSame({ input, output }: { input: string; output: string }): void {
  const [from, to] = [input, output].map(identity);
  if (from === undefined || from !== to) return;
  throw new CaptureError(output, "it is the capture to be read as well", "Name another file");
}

/** What tells a regular file from every other, or undefined when there is none at `path`. */
function identity(path: string): string | undefined {
  try {
    const found = statSync(path, { bigint: true });
    return found.isFile() ? `${found.dev} ${found.ino}` : undefined;
  } catch {
    // Whoever opens it says why.
    return undefined;
  }
}

/** The frames of a capture; `summary` is told when the last one is cut off. */
function* wholeFramesIn(input: string, summary: ReplaySummary): Generator<Frame> {
  try {
    yield* framesIn(input);
  } catch (error) {
    // One that ends amid its first octets is no capture yet.
    if (!(error instanceof CutOffError) || error.offset === 0) throw error;
    summary.cutOffAt = error.offset;
  }
}

class Replay {
  readonly summary: ReplaySummary = {
    frames: 0,
    leftOut: {},
    internal: 0,
    outcomes: {},
    written: 0,
  };
  readonly #nat: Nat;
  readonly #sideOf: (packet: Uint8Array) => Side;
  readonly #files: { input: string; output: string };
  #writer: PcapWriter | undefined;
  /** Of the first frame: a classic capture has one link type. */
  #linkType = RAW;
  #begin = 0n;

  constructor(
    nat: Nat,
    sideOf: (packet: Uint8Array) => Side,
    files: { input: string; output: string },
  ) {
    this.#nat = nat;
    this.#sideOf = sideOf;
    this.#files = files;
  }

  take(frame: Frame): void {
    if (this.#writer === undefined) this.#start(frame);
    this.summary.frames += 1;
    const reason = this.#carry(frame);
    if (reason === undefined) return;
    this.summary.leftOut[reason] = (this.summary.leftOut[reason] ?? 0) + 1;
  }

  finish(): ReplaySummary {
    this.#writer ??= new PcapWriter(this.#files.output, RAW, false);
    this.#writer.finish();
    this.summary.outcomes = this.#nat.counters();
    return this.summary;
  }

  abandon(): void {
    this.#writer?.abandon();
  }

  #start({ linkType, time, isNanosecond }: Frame): void {
    if (!isKnown(linkType)) {
      const problem = `frames of link type ${linkType} cannot be read`;
      throw new CaptureError(this.#files.input, problem, "Capture on an Ethernet or IP device");
    }
    this.#linkType = linkType;
    this.#begin = time;
    this.#writer = new PcapWriter(this.#files.output, linkType, isNanosecond);
  }

  /** Gives the packet in `frame` to the core. Returns why not, if there is none to be given. */
  #carry(frame: Frame): LeftOut | undefined {
    if (frame.linkType !== this.#linkType) return "of another link type";
    const at = packetIn(frame);
    if (typeof at === "string") return at;
    const packet = frame.octets.subarray(at);
    if (isCutOff(frame, packet)) return "cut off by the capture";
    const side = this.#sideOf(packet);
    if (side === Side.Internal) this.summary.internal += 1;
    const elapsed = Number((frame.time - this.#begin) / 1_000_000n);
    const now = Math.min(Math.max(START + elapsed, START), LATEST);
    const translation = this.#nat.translate(packet, side, now);
    if (translation.verdict !== Verdict.Forward) return undefined;
    this.summary.written += 1;
    this.#writer!.write(frame.time, frame.octets.subarray(0, at), translation.packet);
    return undefined;
  }
}

/** Whether the capture, rather than the sender, left out octets of the packet. */
function isCutOff({ octets, length }: Frame, packet: Uint8Array): boolean {
  if (octets.length >= length) return false;
  return packet.length < 20 || packet.length < ((packet[2]! << 8) | packet[3]!);
}
