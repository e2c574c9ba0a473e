import { concat, extract } from "../terms/bits.ts";
import type { Term } from "../terms/term.ts";

/** What the index of each table stands for: laws over that sort are worth taking at it. */
export const SORT_OF: Record<string, string> = {
  last: "node",
  created: "node",
  previous: "node",
  next: "node",
  slot: "node",
  remoteAddress: "node",
  remotePort: "node",
  phase: "node",
  ring: "node",
  rank: "node",
  endpoint: "slot",
  entries: "key",
  where: "key",
  sessionKey: "place",
  sessionStamp: "place",
  stamps: "session",
  seat: "session",
  labelAt: "position",
  positionOf: "label",
  free: "label",
  poolStart: "pool",
  poolFree: "pool",
  poolEnd: "pool",
};

/** Bits of a value of each sort. */
export const WIDTH_OF: Record<string, number> = {
  node: 32,
  slot: 32,
  key: 64,
  place: 32,
  session: 64,
  position: 32,
  label: 32,
  pool: 32,
};

/** The label of a mapping's port: the port turned right by one, with the row in front. */
export function labelOf(node: Term): Term {
  return concat(extract(node, 31, 16), extract(node, 0, 0), extract(node, 15, 1));
}
