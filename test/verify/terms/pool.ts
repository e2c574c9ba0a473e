/** Terms beside their values, worked out apart from the terms, under a few assignments. */
import { evaluator } from "../../../verify/terms/evaluate.ts";
import { apply, constant, ones, variable, type Term } from "../../../verify/terms/term.ts";
import type { Draw } from "../../support/random.ts";

/** A term and what it must evaluate to under each assignment; truth values are 1n and 0n. */
export interface Grown {
  term: Term;
  values: bigint[];
  /** What it was made of. */
  args?: Grown[];
}

export const ASSIGNMENTS = 5;
const WIDTHS = [1, 8, 16, 32, 64];

export class Pool {
  readonly draw: Draw;
  readonly #byWidth = new Map<number, Grown[]>();
  readonly #unknowns = new Map<string, bigint[]>();
  readonly #evaluators: ((term: Term) => bigint)[];

  constructor(draw: Draw) {
    this.draw = draw;
    this.#evaluators = Array.from({ length: ASSIGNMENTS }, (_, i) =>
      evaluator({
        variable: (name) => this.#unknowns.get(name)![i]!,
        apply: (name, args, width) => functionValue(name, args, width),
      }),
    );
    for (const width of WIDTHS) {
      for (let i = 0; i < 4; i++) this.#addUnknown(`v${width}.${i}`, width, ones(width));
      for (let i = 0; i < 2; i++) this.add(this.constant(width));
    }
    this.#addUnknown("port", 16, 1023n);
    this.#addUnknown("index", 32, 64511n);
    this.#addUnknown("length", 32, 0xffffn);
    this.#addUnknown("carry", 32, 0x1fffen);
    this.#addUnknown("time", 64, (1n << 48n) - 1n);
    this.#addUnknown("claim", 0, 1n);
  }

  add(grown: Grown): void {
    const known = this.#byWidth.get(grown.term.width);
    if (known) known.push(grown);
    else this.#byWidth.set(grown.term.width, [grown]);
  }

  /** Of a width, rather one of the latest; 0 is the width of truth values. */
  pick(width: number): Grown {
    if (width > 0 && this.draw.oneIn(6)) return this.constant(width);
    const known = this.#byWidth.get(width);
    if (known === undefined) return this.constant(width);
    if (this.draw.oneIn(3)) return this.draw.pick(known.slice(-4));
    return this.draw.pick(known);
  }

  width(): number {
    return this.draw.pick(WIDTHS);
  }

  constant(width: number): Grown {
    const value = this.#interesting(width) & ones(width);
    return { term: constant(value, width), values: Array(ASSIGNMENTS).fill(value) };
  }

  /** A value that a number has under one of the assignments, or a neighbour of it. */
  near({ term, values }: Grown): Grown {
    const value = this.draw.pick(values) + BigInt(this.draw.pick([-1, 0, 0, 0, 1]));
    const wrapped = value & ones(term.width);
    return { term: constant(wrapped, term.width), values: Array(ASSIGNMENTS).fill(wrapped) };
  }

  /** Applied to a number of 32 bits. */
  application(name: string, width: number): Grown {
    const arg = this.pick(32);
    const values = arg.values.map((value) => functionValue(name, [value], width));
    return { term: apply(name, width, arg.term), values };
  }

  /** What a term evaluates to. */
  value(term: Term, assignment: number): bigint {
    return this.#evaluators[assignment]!(term);
  }

  /** What is wrong with a term, if anything is. */
  complaint({ term, values }: Grown): string | undefined {
    for (const [i, expected] of values.entries()) {
      const value = this.#evaluators[i]!(term);
      if (value !== expected) return `is ${value}, not ${expected}`;
      if (term.width > 0 && (value < term.min || value > term.max)) {
        return `is ${value}, not within ${term.min} to ${term.max}`;
      }
      if (term.op !== "sum" || !term.isExact) continue;
      const total = term.args.reduce(
        (sum, arg, k) => sum + term.coefficients[k]! * this.#evaluators[i]!(arg),
        term.value,
      );
      if (total !== value) return `is exact, but its parts add up to ${total}, not ${value}`;
    }
    return undefined;
  }

  /** All 0; all bits set; few of either; numbers with few bits; anything. */
  #addUnknown(name: string, width: number, max: bigint): void {
    const values = Array.from({ length: ASSIGNMENTS }, (_, i) => {
      if (i === 0) return 0n;
      if (i === 1) return max;
      if (i === 2) return this.draw.oneIn(3) ? 1n : this.draw.oneIn(2) ? max : 0n;
      if (i === 3) return this.#interesting(width) % (max + 1n);
      return this.#random() % (max + 1n);
    });
    this.#unknowns.set(name, values);
    this.add({ term: variable(name, width, width > 0 ? max : undefined), values });
  }

  #random(): bigint {
    return (BigInt(this.draw.word()) << 32n) | BigInt(this.draw.word());
  }

  #interesting(width: number): bigint {
    const bit = BigInt(this.draw.below(Math.max(width, 1)));
    switch (this.draw.below(8)) {
      case 0:
        return this.draw.pick([0n, 1n, 2n, 0xffn, 0xff00n, 0xffffn, 0x10000n, 0xff00ffn]);
      case 1:
        return ones(width);
      case 2:
        return 1n << bit;
      case 3:
        return (1n << bit) - 1n;
      case 4:
        return ((1n << bit) - 1n) << BigInt(this.draw.below(width + 1));
      case 5:
        return (ones(width) - BigInt(this.draw.below(4))) & ones(width);
      case 6:
        return BigInt(this.draw.below(width + 2));
      default:
        return this.#random();
    }
  }
}

/** An arbitrary function. */
function functionValue(name: string, args: readonly bigint[], width: number): bigint {
  let mixed = BigInt(name.length * 7919);
  for (const arg of args) mixed = ((mixed ^ arg) * 0x9e3779b97f4a7c15n) & ones(64);
  return (mixed >> 7n) & ones(width);
}

/** A term as text, to a certain depth. */
export function show(term: Term, depth = 5): string {
  if (term.op === "const") return `0x${term.value.toString(16)}:${term.width}`;
  if (term.op === "var") return term.name;
  if (depth === 0) return `...:${term.width}`;
  const args = term.args.map((arg, i) => {
    const factor = term.coefficients[i];
    return `${factor === undefined || factor === 1n ? "" : `${factor}*`}${show(arg, depth - 1)}`;
  });
  const low = term.op === "extract" ? `[${term.low}+${term.width}]` : "";
  const fixed = term.value === 0n ? "" : `${term.value}, `;
  return `${term.op}${term.name}${low}(${fixed}${args.join(", ")})`;
}
