/**
 * Frames that wait until the Ethernet address of their next hop is known: at least the latest ones of
 * each hop (RFC 1122 §2.3.2.2), but never many, as anybody may send to addresses that nobody has.
 */

/** Frames of one link, of one next hop, and next hops of one link. */
export const MOST_FRAMES = 128;
export const MOST_FRAMES_OF_HOP = 8;
export const MOST_HOPS = 128;

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

/** The frames held for one link. Next hops are words as they lie in a packet, times milliseconds. */
export class HeldFrames {
  /** Frames given up since the start. */
  lost = 0;
  /** Held now. */
  count = 0;
  /** Who has been asked for lately, with or without frames; longest ago first. */
  readonly #hops = new Map<number, Hop>();

  /**
   * Whether to ask for `address` now, which is then noted. Not if that was done within the last
   * second (RFC 1122 §2.3.2.1), or of too many.
   */
  mayAsk(address: number, now: number): boolean {
    const hop = this.#hops.get(address);
    if (hop === undefined && this.#hops.size >= MOST_HOPS) return false;
    if (hop !== undefined && now - hop.asked < PATIENCE) return false;
    this.#hops.delete(address);
    this.#hops.set(address, { frames: hop?.frames ?? [], asked: now });
    return true;
  }

  /** Holds a copy of a frame for a next hop that has been asked for; for any other it is lost. */
  hold(address: number, frame: Uint8Array, now: number): void {
    const hop = this.#hops.get(address);
    if (hop === undefined) {
      this.lost += 1;
      return;
    }
    if (hop.frames.length >= MOST_FRAMES_OF_HOP) this.#giveUp(hop, 1);
    else if (this.count >= MOST_FRAMES) this.#giveUpOldest();
    hop.frames.push({ octets: frame.slice(), since: now });
    this.count += 1;
  }

  /** Takes out the frames of every next hop of which `isKnown`, oldest first. */
  takeKnown(isKnown: (address: number) => boolean): Uint8Array[] {
    const taken: HeldFrame[] = [];
    for (const [address, { frames }] of this.#hops) {
      if (frames.length > 0 && isKnown(address)) taken.push(...frames.splice(0));
    }
    this.count -= taken.length;
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

  #giveUpOldest(): void {
    for (const hop of this.#hops.values()) {
      if (hop.frames.length > 0) return this.#giveUp(hop, 1);
    }
  }

  #giveUp({ frames }: Hop, count: number): void {
    frames.splice(0, count);
    this.count -= count;
    this.lost += count;
  }
}
