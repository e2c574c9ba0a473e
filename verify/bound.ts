/**
 * How many instructions a call of a function may take: on each path its own, and those of the
 * functions it calls. Units that show one function in parts count as one.
 */
import type { Loop } from "./proofs/unit.ts";
import type { Path } from "./symbolic/path.ts";
import type { Cost, Costs, UnitReport } from "./report.ts";

/** The costs that are not below others, path by path. */
export function costsOf(paths: readonly Path[], loop?: Loop): Costs {
  const costs: Costs = { paths: dearest(paths) };
  if (loop) costs.loop = { rounds: loop.rounds, paths: dearest(loop.paths, loop.instructions) };
  return costs;
}

/** `own` where it is known better than from the beginning of the path. */
function dearest(paths: readonly Path[], own?: number): Cost[] {
  const found: Cost[] = [];
  for (const { instructions, calls } of paths) {
    const cost: Cost = { own: own ?? instructions, calls: {} };
    for (const { name } of calls) cost.calls[name] = (cost.calls[name] ?? 0) + 1;
    if (found.some((other) => isWithin(cost, other))) continue;
    const rest = found.filter((other) => !isWithin(other, cost));
    found.splice(0, found.length, ...rest, cost);
  }
  return found;
}

function isWithin(cost: Cost, other: Cost): boolean {
  return (
    cost.own <= other.own &&
    Object.entries(cost.calls).every(([name, count]) => count <= (other.calls[name] ?? 0))
  );
}

/** The function that a unit is about: its name, or the beginning of it. */
export function functionOf(unit: string, functions: Iterable<string>): string | undefined {
  const candidates = [...functions].filter(
    (name) => unit === name || (unit.startsWith(name) && !/\w/.test(unit[name.length]!)),
  );
  return candidates.sort((a, b) => b.length - a.length)[0];
}

export class Bounds {
  readonly #costs = new Map<string, Costs[]>();
  /** Functions of which a part is not proved. */
  readonly #unproved = new Set<string>();
  readonly #totals = new Map<string, number | undefined>();

  constructor(reports: readonly UnitReport[], functions: readonly string[]) {
    for (const { unit, status, instructions, answered } of reports) {
      const name = functionOf(unit, functions);
      const isCounted = answered.every((callee) => calleesIn(instructions).has(callee));
      if (name === undefined) continue;
      if (status !== "proved" || !isCounted) this.#unproved.add(name);
      this.#costs.set(name, [...(this.#costs.get(name) ?? []), instructions]);
    }
  }

  /** Most instructions in a call; undefined if a function that it calls has no proved unit. */
  of(name: string): number | undefined {
    if (!this.#totals.has(name)) {
      // In case that it calls itself.
      this.#totals.set(name, undefined);
      const costs = this.#unproved.has(name) ? [] : (this.#costs.get(name) ?? []);
      const parts = costs.map((part) => this.#total(part));
      this.#totals.set(name, parts.length > 0 ? greatest(parts) : undefined);
    }
    return this.#totals.get(name);
  }

  /** Most instructions in a round of a function's loop. */
  ofRound(name: string): number | undefined {
    if (this.#unproved.has(name)) return undefined;
    const loops = (this.#costs.get(name) ?? []).flatMap(({ loop }) => loop ?? []);
    if (loops.length === 0) return undefined;
    return greatest(loops.map(({ paths }) => this.#most(paths)));
  }

  #total({ paths, loop }: Costs): number | undefined {
    const most = this.#most(paths);
    if (!loop || most === undefined) return most;
    const round = this.#most(loop.paths);
    return round === undefined ? undefined : most + loop.rounds * round;
  }

  #most(paths: readonly Cost[]): number | undefined {
    return greatest(paths.map((cost) => this.#sum(cost)));
  }

  #sum({ own, calls }: Cost): number | undefined {
    let sum = own;
    for (const [name, count] of Object.entries(calls)) {
      const each = this.of(name);
      if (each === undefined) return undefined;
      sum += count * each;
    }
    return sum;
  }
}

function calleesIn({ paths, loop }: Costs): Set<string> {
  return new Set([...paths, ...(loop?.paths ?? [])].flatMap(({ calls }) => Object.keys(calls)));
}

/** Undefined if one of them is, or there is none. */
function greatest(numbers: (number | undefined)[]): number | undefined {
  if (numbers.length === 0 || numbers.includes(undefined)) return undefined;
  return Math.max(...(numbers as number[]));
}
