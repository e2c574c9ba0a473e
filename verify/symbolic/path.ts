/** A path through a function: what is assumed, what memory holds, what has been called. */
import type { Term } from "../terms/term.ts";
import { Facts } from "./facts.ts";
import type { PacketBounds } from "./memory.ts";
import type { Octets } from "./octets.ts";
import type { Table } from "./table.ts";

/** All tables of a moment, ghosts included. */
export class State {
  private constructor(private readonly tables: ReadonlyMap<string, Table>) {}

  static of(tables: Iterable<Table>): State {
    return new State(new Map([...tables].map((table) => [table.name, table])));
  }

  table(name: string): Table {
    const table = this.tables.get(name);
    if (!table) throw new Error(`there is no table ${name}`);
    return table;
  }

  has(name: string): boolean {
    return this.tables.has(name);
  }

  with(...changed: Table[]): State {
    const tables = new Map(this.tables);
    for (const table of changed) tables.set(table.name, table);
    return new State(tables);
  }

  get names(): string[] {
    return [...this.tables.keys()];
  }
}

/** A claim for all values of some sorts, known to hold of a state; proofs take instances of it. */
export interface Law {
  name: string;
  /** Sorts of the values, in order. */
  over: readonly string[];
  says(...values: Term[]): Term;
  /** Cases worth telling apart in a proof of it; a hint, which nothing depends on. */
  splits?(...values: Term[]): Term[];
}

/** A call that was answered by a contract. */
export interface Call {
  name: string;
  args: Term[];
  result: Term | undefined;
  /** The state before and after it. */
  before: State;
  after: State;
  /** What its contract says that it chose. */
  chosen?: Record<string, Term>;
  /** What the call meant, for those who know its name. */
  meaning?: unknown;
}

/** Where a path began: the function, and what it was given. */
export interface Entry {
  index: number;
  args: Term[];
  state: State;
  octets: Octets;
  packet: PacketBounds | undefined;
}

export class Path {
  /** For the replay of counterexamples: no proof depends on it. */
  entry: Entry | undefined;
  facts: Facts;
  /** What was decided at the branches, in order; facts hold the same, sorted into bounds. */
  conditions: Term[];
  laws: Law[];
  calls: Call[];
  private given: PacketBounds | undefined;
  /** Instructions executed; those within contracts are counted apart, by name. */
  instructions = 0;
  private extents = new Map<Term, bigint>();

  constructor(
    public state: State,
    public octets: Octets,
    from?: Path,
  ) {
    this.entry = from?.entry;
    this.given = from?.given;
    this.facts = new Facts(from?.facts);
    this.conditions = [...(from?.conditions ?? [])];
    this.laws = [...(from?.laws ?? [])];
    this.calls = [...(from?.calls ?? [])];
    this.instructions = from?.instructions ?? 0;
    if (from) this.extents = new Map(from.extents);
  }

  /** The packet that it may read and write, if it has been given one. */
  get packet(): PacketBounds | undefined {
    return this.given;
  }

  /** Gives it a packet. What is known to be there of another one says nothing of this. */
  enter(packet: PacketBounds): void {
    this.given = packet;
    this.extents.clear();
  }

  fork(): Path {
    return new Path(this.state, this.octets, this);
  }

  assume(claim: Term): void {
    this.conditions.push(claim);
    this.facts.assume(claim);
  }

  /** Whether octets up to `end` beyond the distance `from` are known to be present. */
  reaches(from: Term, end: bigint): boolean {
    return end <= (this.extents.get(from) ?? -1n);
  }

  noteExtent(from: Term, end: bigint): void {
    this.extents.set(from, end);
  }
}
