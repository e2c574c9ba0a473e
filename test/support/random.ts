/** Seeded randomness for tests: the same seed draws the same numbers on every machine. */

/** A source of numbers, and the draws that tests make from it. */
export class Draw {
  readonly #next: () => number;

  /** `next` gives whole numbers from 0 to 2^32 - 1. */
  constructor(next: () => number) {
    this.#next = next;
  }

  /** Draws from mulberry32, which visits every 32-bit state once. */
  static seeded(seed: number): Draw {
    let state = seed >>> 0;
    return new Draw(() => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return (mixed ^ (mixed >>> 14)) >>> 0;
    });
  }

  /** Draws the numbers given, and 0 after the last: what fast-check can shrink. */
  static from(numbers: readonly number[]): Draw {
    let at = 0;
    return new Draw(() => numbers[at++] ?? 0);
  }

  word(): number {
    return this.#next();
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return this.#next() % limit;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** True once in `count` draws. */
  oneIn(count: number): boolean {
    return this.below(count) === count - 1;
  }

  /** Draws one of the keys, each as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][];
    let rest = this.below(entries.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [key, weight] of entries) {
      if (rest < weight) return key;
      rest -= weight;
    }
    throw new RangeError("Weights must not be empty.");
  }

  octets(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#next() & 0xff);
  }
}
