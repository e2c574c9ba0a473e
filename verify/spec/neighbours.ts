/** What a router knows of its links: neighbours, and how many errors it has sent (docs/behaviour.md §8, §10). */
import { extract } from "../terms/bits.ts";
import { all, ite, no } from "../terms/logic.ts";
import type { Term } from "../terms/term.ts";
import { equal, less, minus, plus, when } from "./language.ts";
import type { Router } from "./nat.ts";
import type { Side } from "./outcome.ts";

/** A neighbour as it is kept. Without one the station is 0. */
export interface Neighbour {
  address: Term;
  /** Its Ethernet address, 48 bits. */
  station: Term;
  /** The tick when it was last heard, 32 bits. */
  heard: Term;
}

export interface LinkState {
  now: Term;
  /** The neighbour in a place: 12 bits. */
  neighbourIn(side: Side, place: Term): Neighbour;
  setNeighbour(side: Side, place: Term, neighbour: Neighbour): void;
  /** Up to when ICMP errors have used up what they may: 64 bits. */
  quiet: Term;
}

/** Ticks: five minutes. */
const LIFETIME = 293;

/** Errors that may be sent at once, and milliseconds in which so many may be sent again. */
const BURST = 50;

export class Links implements Router {
  readonly #state: LinkState;

  constructor(state: LinkState) {
    this.#state = state;
  }

  neighbour(side: Side, address: Term): { isKnown: Term; station: Term } {
    const { station, heard, ...kept } = this.#state.neighbourIn(side, placeOf(address));
    const isYoung = less(minus(this.#tick, heard), LIFETIME);
    const isKnown = all(equal(kept.address, address), isYoung, no(equal(station, 0)));
    return { isKnown, station };
  }

  isKept(side: Side, address: Term): Term {
    return equal(this.#state.neighbourIn(side, placeOf(address)).address, address);
  }

  hear(side: Side, address: Term, station: Term): void {
    const heard = this.#tick;
    this.#state.setNeighbour(side, placeOf(address), { address, station, heard });
  }

  mayReport(): boolean {
    const { now, quiet } = this.#state;
    const due = plus(ite(less(now, quiet), quiet, now), 1);
    if (when(less(plus(now, BURST), due))) return false;
    this.#state.quiet = due;
    return true;
  }

  /** Of 1,024 milliseconds. */
  get #tick(): Term {
    return extract(this.#state.now, 41, 10);
  }
}

/** One neighbour for each value of an address's low 12 bits. */
function placeOf(address: Term): Term {
  return extract(address, 11, 0);
}
