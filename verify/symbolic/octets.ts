/**
 * The octets of a packet: what arrived, an uninterpreted function of the distance from its first
 * octet, and what has been written since. The packet may lie anywhere, and its headers at unknown
 * distances: where two distances cannot be told apart, reading fails rather than guesses.
 */
import { add } from "../terms/arithmetic.ts";
import { concat, extract } from "../terms/bits.ts";
import { apply, constant, type Term } from "../terms/term.ts";
import type { Facts } from "./facts.ts";
import { sameIndex } from "./table.ts";

export interface Octet {
  /** Distance from the packet's first octet, 32 bits. */
  at: Term;
  /** 8 bits. */
  value: Term;
}

/** The function that says what came with a packet; others say what it was made to be. */
const ARRIVED = "octet";

export class Octets {
  private constructor(
    /** Name of the function that says what arrived. */
    readonly arrived: string,
    readonly written: readonly Octet[],
  ) {}

  static arriving(name = ARRIVED): Octets {
    return new Octets(name, []);
  }

  /** Whether this is what arrived, of which sums are known by where they begin and end alone. */
  get isAsArrived(): boolean {
    return this.arrived === ARRIVED && this.written.length === 0;
  }

  read(at: Term, facts: Facts): Term {
    for (const octet of this.written) {
      const isSame = sameIndex(at, octet.at, facts);
      if (isSame === true) return octet.value;
      if (isSame === undefined) throw new Error("octets at distances that may be the same");
    }
    return apply(this.arrived, 8, at);
  }

  write(at: Term, value: Term, facts: Facts): Octets {
    const others = this.written.filter((octet) => {
      const isSame = sameIndex(at, octet.at, facts);
      if (isSame === undefined) throw new Error("octets at distances that may be the same");
      return !isSame;
    });
    return new Octets(this.arrived, [{ at, value }, ...others]);
  }

  /** A word of `octets` octets, the least significant first. */
  readWord(at: Term, octets: number, facts: Facts): Term {
    const parts: Term[] = [];
    for (let i = octets - 1; i >= 0; i--) {
      parts.push(this.read(add(at, constant(i, 32)), facts));
    }
    return concat(...parts);
  }

  writeWord(at: Term, value: Term, facts: Facts): Octets {
    let result: Octets = this;
    for (let i = 0; i < value.width / 8; i++) {
      const octet = extract(value, 8 * i + 7, 8 * i);
      result = result.write(add(at, constant(i, 32)), octet, facts);
    }
    return result;
  }
}
