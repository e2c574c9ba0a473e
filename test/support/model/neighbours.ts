/** The stations met on one link, with their Ethernet addresses (docs/behaviour.md §10). */

export interface Neighbour {
  address: number;
  /** 6 octets. */
  station: Uint8Array;
  /** When it was last heard. */
  tick: number;
}

/** Milliseconds in a tick. */
const TICK = 1024;

/** Ticks for which a neighbour is known: five minutes. */
const KNOWN = 293;

export class Neighbours {
  /** By the low 12 bits of their addresses. */
  readonly #kept = new Map<number, Neighbour>();

  /** Whoever is kept under the low 12 bits of `address`, perhaps somebody else. */
  at(address: number): Neighbour | undefined {
    return this.#kept.get(address & 0xfff);
  }

  /** Those that were ever heard and not displaced, known or not. */
  all(): Neighbour[] {
    return [...this.#kept.values()];
  }

  keeps(address: number): boolean {
    return this.at(address)?.address === address;
  }

  /** The Ethernet address of a neighbour that was heard lately. */
  station(address: number, now: number): Uint8Array | undefined {
    const neighbour = this.at(address);
    if (neighbour?.address !== address) return undefined;
    const age = (tickAt(now) - neighbour.tick + 2 ** 32) % 2 ** 32;
    return age < KNOWN ? neighbour.station : undefined;
  }

  hear(address: number, station: Uint8Array, now: number): void {
    this.#kept.set(address & 0xfff, { address, station: station.slice(), tick: tickAt(now) });
  }
}

function tickAt(now: number): number {
  return Math.floor(now / TICK) % 2 ** 32;
}
