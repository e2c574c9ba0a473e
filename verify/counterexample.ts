/** Values that a solver has found, for a reader: arguments, the packet, the cells of tables. */
import { SORT_OF } from "./contracts/sorts.ts";
import type { FoundModel } from "./solver/model.ts";
import type { Path } from "./symbolic/path.ts";
import { number } from "./terms/show.ts";

/** Lines; of each kind at most so many. */
const MOST_LINES = 100;

/** What is not among them may be anything. */
export function readable(model: FoundModel, path: Path): string[] {
  const unknowns = [...model.variables].map(([name, value]) => `${name} = ${number(value)}`);
  const octets = new Map<number, bigint>();
  const cells: string[] = [];
  for (const [key, value] of model.applications) {
    const at = octetIn(key, path.octets.arrived);
    if (at !== undefined) octets.set(at, value);
    else cells.push(`${cellText(key)} = ${number(value)}`);
  }
  return [
    ...limited(unknowns.sort(byName)),
    ...packetLines(octets),
    ...limited(cells.sort(byName)),
  ];
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** The distance in "octet(12)", which the model calls by the function's name. */
function octetIn(key: string, arrived: string): number | undefined {
  const [name, rest] = key.split("(");
  return name === arrived ? Number.parseInt(rest!, 10) : undefined;
}

/** Table cells by their index, as "next[0x10002]". */
function cellText(key: string): string {
  const [, name, args] = /^(.*)\(([^()]*)\)$/.exec(key) ?? ["", key, ""];
  const numbers = args!.split(", ").filter(Boolean).map(BigInt).map(number);
  const isTable = Object.hasOwn(SORT_OF, name!.split("@")[0]!) || numbers.length === 1;
  return isTable ? `${name}[${numbers.join(", ")}]` : `${name}(${numbers.join(", ")})`;
}

/** Octets that matter, in runs. */
function packetLines(octets: Map<number, bigint>): string[] {
  const lines: string[] = [];
  let last: number | undefined;
  for (const at of [...octets.keys()].sort((a, b) => a - b)) {
    const hex = octets.get(at)!.toString(16).padStart(2, "0");
    if (at - 1 === last && at % 16 !== 0) lines.push(`${lines.pop()} ${hex}`);
    else lines.push(`packet from octet ${at}: ${hex}`);
    last = at;
  }
  return limited(lines);
}

function limited(lines: string[]): string[] {
  const excess = lines.length - MOST_LINES;
  return excess > 0 ? [...lines.slice(0, MOST_LINES), `... and ${excess} more`] : lines;
}
