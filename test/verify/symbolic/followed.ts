/**
 * The machine led along the one path that given values take: it computes with terms, as in a proof,
 * but every question is answered by evaluating them.
 */
import * as assert from "uvu/assert";
import { REGIONS, type Region } from "../../../verify/contracts/layout.ts";
import { Machine, type Oracle } from "../../../verify/symbolic/machine.ts";
import { Memory, type PacketBounds, type Suggest } from "../../../verify/symbolic/memory.ts";
import { Octets } from "../../../verify/symbolic/octets.ts";
import { Path, State } from "../../../verify/symbolic/path.ts";
import { Table } from "../../../verify/symbolic/table.ts";
import { evaluator, type Model } from "../../../verify/terms/evaluate.ts";
import { constant, isConstant, type Term } from "../../../verify/terms/term.ts";
import type { Module } from "../../../verify/wasm/module.ts";

/** Where the machine begins. */
export interface Start {
  args: Term[];
  model: Model;
  state?: State;
  octets?: Octets;
  packet?: PacketBounds;
  regions?: Region[];
  /** Whether arms of an `if` that only compute are joined. */
  merges?: boolean;
}

/** Where it ended, with the value that any of its terms has. */
export interface End {
  result: bigint | undefined;
  path: Path;
  evaluate(term: Term): bigint;
}

/** Runs a function, and all that it calls, without contracts. Throws when it may trap. */
export async function follow(module: Module, index: number, start: Start): Promise<End> {
  const evaluate = evaluator(start.model);
  const oracle: Oracle = {
    decide: async (_, claim) => evaluate(claim) === 1n,
    require: async (path, claim, what) => {
      // The machine also looks into arms that are not taken.
      const isTaken = path.conditions.every((condition) => evaluate(condition) === 1n);
      if (isTaken && evaluate(claim) !== 1n) throw new Error(`it is not so that ${what}`);
      path.assume(claim);
    },
  };
  const path = new Path(start.state ?? State.of([]), start.octets ?? Octets.arriving());
  if (start.packet) path.enter(start.packet);
  const suggest: Suggest = async (path, claim) => {
    if (evaluate(claim) === 1n) path.assume(claim);
  };
  const regions = start.regions ?? REGIONS;
  const memory = new Memory(regions, oracle.require, suggest);
  const machine = new Machine(module, memory, oracle, new Map());
  machine.merges = start.merges ?? false;
  const ends = await machine.run(index, start.args, path);
  assert.is(ends.length, 1, "one path");
  const { path: last, result } = ends[0]!;
  return { result: result && evaluate(result), path: last, evaluate };
}

/** Fields of memory, but for those of the packets. */
const FIELDS = REGIONS.filter(({ name }) => name !== "packets").flatMap((region) =>
  region.fields.map((field) => ({ region, ...field })),
);

/** A memory that the tables of a state stand for. */
export class Image {
  readonly #view: DataView;

  constructor(readonly octets: Uint8Array) {
    this.#view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  }

  /** What a table holds. */
  read(name: string, index: bigint): bigint {
    const [at, width] = placeOf(name, index);
    if (width === 64) return this.#view.getBigUint64(at, true);
    if (width === 32) return BigInt(this.#view.getUint32(at, true));
    return BigInt(this.#view.getUint16(at, true));
  }

  write(name: string, index: bigint, value: bigint): void {
    const [at, width] = placeOf(name, index);
    if (width === 64) this.#view.setBigUint64(at, value, true);
    else if (width === 32) this.#view.setUint32(at, Number(value), true);
    else this.#view.setUint16(at, Number(value), true);
  }

  /** The tables as constants, but for some whose contents stay unknown. */
  tables(unknown: string[]): State {
    return State.of(
      FIELDS.map(({ name, width }) =>
        unknown.includes(name) ? new Table(name, width, name) : new KnownTable(name, width, this),
      ),
    );
  }
}

/** A table of constants. */
class KnownTable extends Table {
  readonly #image: Image;
  readonly #since: Map<Term, Term>;

  constructor(name: string, width: number, image: Image, since = new Map<Term, Term>()) {
    super(name, width, name);
    this.#image = image;
    this.#since = since;
  }

  override read(index: Term): Term {
    if (!isConstant(index)) throw new Error(`${this.name}: read where it is not known`);
    const later = this.#since.get(index);
    return later ?? constant(this.#image.read(this.name, index.value), this.width);
  }

  override write(index: Term, value: Term): Table {
    return new KnownTable(this.name, this.width, this.#image, this.#since.set(index, value));
  }

  override get written(): { index: Term; value: Term }[] {
    return [...this.#since].map(([index, value]) => ({ index, value })).reverse();
  }
}

/** Writes into an image what a path has written to its tables. */
export function settle(image: Image, { path, evaluate }: End): void {
  for (const name of path.state.names) {
    for (const { index, value } of path.state.table(name).written.toReversed()) {
      image.write(name, evaluate(index), evaluate(value));
    }
  }
}

function placeOf(name: string, index: bigint): [number, number] {
  const field = FIELDS.find((one) => one.name === name);
  if (!field) throw new Error(`there is no table ${name}`);
  const { base, stride, count } = field.region;
  if (index >= BigInt(count)) throw new RangeError(`${name} has no ${index}`);
  return [base + stride * Number(index) + field.offset, field.width];
}
