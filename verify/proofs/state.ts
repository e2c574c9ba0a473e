/** Memory about which nothing is known, and what a call may have done to it. */
import { REGIONS } from "../contracts/layout.ts";
import { State } from "../symbolic/path.ts";
import { Table } from "../symbolic/table.ts";

/** Tables that only the proof has, and their bits. */
export const GHOSTS: Record<string, number> = {
  ring: 3,
  rank: 64,
  rankEnd: 64,
  entries: 16,
  where: 32,
  stamps: 64,
  seat: 32,
  free: 1,
  poolStart: 32,
};

/** Every table holding anything. */
export function anyState(): State {
  return State.of(widths().map(([name, width]) => new Table(name, width, name)));
}

/** Memory as a new instance has it: zeros. */
export function emptyState(): State {
  return State.of(widths().map(([name, width]) => new Table(name, width, undefined)));
}

function widths(): [string, number][] {
  const fields = REGIONS.filter(({ name }) => name !== "packets").flatMap(({ fields }) => fields);
  return [
    ...fields.map(({ name, width }): [string, number] => [name, width]),
    ...Object.entries(GHOSTS),
  ];
}

let versions = 0;

/** The state with some tables holding anything. */
export function forget(state: State, names: readonly string[]): State {
  return state.with(
    ...names.map((name) => new Table(name, state.table(name).width, `${name}@${++versions}`)),
  );
}
