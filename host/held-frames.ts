/**
 * Frames that wait until the Ethernet address of their next hop is known: the latest one of each hop
 * (RFC 1122 §2.3.2.2), and a few more. Never many, as anybody may send to addresses that nobody has.
 */

/** Frames of one link, and of one next hop. */
export const MOST_FRAMES = 128;
export const MOST_FRAMES_OF_HOP = 8;

/** Next hops of one link, besides the foremost: so few that there is place for a frame of each. */
export const MOST_HOPS = MOST_FRAMES - 1;

/** Milliseconds for which a frame is held, and between two requests for the same address. */
export const PATIENCE = 1000;

interface HeldFrame {
  octets: Uint8Array;
  /** Milliseconds: when it came. */
  since: number;
}

interface Hop {
  /** Oldest first. */
  frames: HeldFrame[];
  /** Milliseconds: when it was last asked for. */
  asked: number;
}

/** When a next hop was asked for that never was. */
const NEVER = -Infinity;

/** The frames held for one link. Next hops are words as they lie in a packet, times milliseconds. */
export class HeldFrames {
  #lost = 0;
  #count = 0;
  /** Who waits or has been asked for lately, with or without frames; longest ago first. */
  readonly #hops = new Map<number, Hop>();
  readonly #foremost: number | undefined;

  /** There is always place for the next hop `foremost`, however many others there are. */
  constructor(foremost?: number) {
    this.#foremost = foremost;
  }

  /** Frames given up since the start. */
  get lost(): number {
    return this.#lost;
  }

  /** Held now. */
  get count(): number {
    return this.#count;
  }

  /**
   * Whether to ask for `address` now. Not if that was done within the last second (RFC 1122
   * §2.3.2.1), or of too many.
   */
  mayAsk(address: number, now: number): boolean {
    const hop = this.#hops.get(address);
    return hop === undefined ? this.#hasPlaceFor(address) : now - hop.asked >= PATIENCE;
  }

  /** Notes that `address`, of which `mayAsk`, has been asked for. */
  noteAsked(address: number, now: number): void {
    const frames = this.#hops.get(address)?.frames ?? [];
    this.#hops.delete(address);
    this.#hops.set(address, { frames, asked: now });
  }

  /** Holds a copy of a frame for a next hop; where there are too many of these, it is lost. */
  hold(address: number, frame: Uint8Array, now: number): void {
    const hop = this.#hops.get(address) ?? this.#add(address);
    if (hop === undefined) return this.lose();
    if (hop.frames.length >= MOST_FRAMES_OF_HOP) this.#giveUp(hop, 1);
    else if (this.#count >= MOST_FRAMES) this.#giveUp(this.#withMore() ?? hop, 1);
    hop.frames.push({ octets: frame.slice(), since: now });
    this.#count += 1;
  }

  /** Counts a frame as given up that is not held. */
  lose(): void {
    this.#lost += 1;
  }

  /** Takes out the frames of every next hop of which `isKnown`, oldest first. */
  takeKnown(isKnown: (address: number) => boolean): Uint8Array[] {
    const taken: HeldFrame[] = [];
    for (const [address, { frames }] of this.#hops) {
      if (frames.length > 0 && isKnown(address)) taken.push(...frames.splice(0));
    }
    this.#count -= taken.length;
    return taken.map(({ octets }) => octets);
  }

  /**
   * Gives up what has been held for too long, and forgets next hops that were asked for a while ago.
   * Returns those for which frames still wait: they are to be asked for again.
   */
  tend(now: number): number[] {
    const again: number[] = [];
    for (const [address, hop] of this.#hops) {
      const late = hop.frames.findIndex(({ since }) => now - since < PATIENCE);
      this.#giveUp(hop, late < 0 ? hop.frames.length : late);
      if (now - hop.asked < PATIENCE) continue;
      if (hop.frames.length === 0) this.#hops.delete(address);
      else again.push(address);
    }
    return again;
  }

  #hasPlaceFor(address: number): boolean {
    return this.#hops.size < MOST_HOPS || address === this.#foremost;
  }

  #add(address: number): Hop | undefined {
    if (!this.#hasPlaceFor(address)) return undefined;
    const hop = { frames: [], asked: NEVER };
    this.#hops.set(address, hop);
    return hop;
  }

  /** One that has more than its latest frame. */
  #withMore(): Hop | undefined {
    for (const hop of this.#hops.values()) if (hop.frames.length > 1) return hop;
    return undefined;
  }

  #giveUp({ frames }: Hop, count: number): void {
    frames.splice(0, count);
    this.#count -= count;
    this.#lost += count;
  }
}
