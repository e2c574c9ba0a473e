/**
 * A table of numbers, as memory holds it or as a proof imagines it (a ghost): what it held at first, an
 * uninterpreted function of the index, and the writes since. Tables are values; a write makes another.
 */
import { linear } from "../terms/arithmetic.ts";
import { eq } from "../terms/comparisons.ts";
import { ite } from "../terms/logic.ts";
import { apply, constant, isConstant, type Term } from "../terms/term.ts";
import type { Facts } from "./facts.ts";

interface Write {
  index: Term;
  value: Term;
  before: Write | undefined;
}

export class Table {
  constructor(
    readonly name: string,
    /** Bits of an element. */
    readonly width: number,
    /** Name of the function that it held at first; undefined for all zeros. */
    readonly base: string | undefined,
    private readonly writes?: Write,
  ) {}

  write(index: Term, value: Term): Table {
    if (value.width !== this.width) throw new Error(`${this.name}: ${value.width} bits written`);
    return new Table(this.name, this.width, this.base, { index, value, before: this.writes });
  }

  read(index: Term, facts?: Facts): Term {
    return this.readFrom(this.writes, index, facts);
  }

  private readFrom(writes: Write | undefined, index: Term, facts?: Facts): Term {
    for (let write = writes; write; write = write.before) {
      const isSame = sameIndex(index, write.index, facts);
      if (isSame === true) return write.value;
      if (isSame === undefined) {
        const before = this.readFrom(write.before, index, facts);
        return ite(eq(index, write.index), write.value, before);
      }
    }
    return this.base === undefined ? constant(0, this.width) : apply(this.base, this.width, index);
  }

  /** What has been written, the last first. */
  get written(): { index: Term; value: Term }[] {
    const found = [];
    for (let write = this.writes; write; write = write.before) found.push(write);
    return found;
  }

  /** Whether the two are one table with the same writes. */
  isSameAs(other: Table): boolean {
    return this.base === other.base && this.writes === other.writes;
  }
}

/** Whether two indices are the same, if that is easily seen. */
export function sameIndex(a: Term, b: Term, facts?: Facts): boolean | undefined {
  if (a === b) return true;
  if (isConstant(a) && isConstant(b)) return false;
  const claim = eq(a, b);
  if (isConstant(claim)) return claim.value === 1n;
  const decided = facts?.decide(claim);
  if (decided !== undefined) return decided;
  const difference = linear([a, 1n], [b, -1n]);
  const [min] = facts?.range(difference) ?? [difference.min];
  return min > 0n ? false : undefined;
}
