/** What the router knows of its links, over unknown memory: as it is at first, and what becomes of it. */
import { scalar } from "../contracts/words.ts";
import type { LinkState, Neighbour } from "../spec/neighbours.ts";
import type { Side } from "../spec/outcome.ts";
import type { State } from "../symbolic/path.ts";
import { concat, extract, zeroExtend } from "../terms/bits.ts";
import { eq } from "../terms/comparisons.ts";
import { ite } from "../terms/logic.ts";
import { constant, type Term } from "../terms/term.ts";
import { stationOf, swap } from "./abstraction.ts";

/** The tables that hold it. */
export const LINK_TABLES = ["neighbour", "station", "stationEnd", "heard", "quiet"];

export class SymbolicLinks implements LinkState {
  readonly now: Term;
  quiet: Term;
  private heard: { index: Term; neighbour: Neighbour } | undefined;

  constructor(private readonly before: State) {
    this.now = scalar(before, "clock");
    this.quiet = scalar(before, "quiet");
  }

  neighbourIn(side: Side, place: Term): Neighbour {
    if (this.heard) throw new Error("neighbours are asked for before one is heard");
    const index = indexOf(side, place);
    const read = (name: string) => this.before.table(name).read(index);
    return {
      address: swap(read("neighbour")),
      station: stationOf(read("station"), read("stationEnd")),
      heard: read("heard"),
    };
  }

  setNeighbour(side: Side, place: Term, neighbour: Neighbour): void {
    if (this.heard) throw new Error("a packet is one neighbour's");
    this.heard = { index: indexOf(side, place), neighbour };
  }

  /** What a table is said to hold, at any index. */
  said(name: string, at: Term): Term {
    const before = this.before.table(name).read(at);
    if (name === "quiet") return ite(eq(at, constant(0, 32)), this.quiet, before);
    if (!this.heard) return before;
    const { index, neighbour } = this.heard;
    return ite(eq(at, index), wordOf(name, neighbour), before);
  }
}

function indexOf(side: Side, place: Term): Term {
  return zeroExtend(concat(constant(side === "internal" ? 0 : 1, 1), place), 32);
}

function wordOf(table: string, { address, station, heard }: Neighbour): Term {
  if (table === "neighbour") return swap(address);
  if (table === "station") return swap(extract(station, 47, 16));
  return table === "stationEnd" ? swap(extract(station, 15, 0)) : heard;
}
