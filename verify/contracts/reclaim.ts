/** Reclaiming: what a new mapping may do to others (docs/behaviour.md §4). */
import { add } from "../terms/arithmetic.ts";
import { extract } from "../terms/bits.ts";
import { eq, ult } from "../terms/comparisons.ts";
import { all, any, implies, no } from "../terms/logic.ts";
import { TRUE } from "../terms/term.ts";
import type { Contract } from "./contract.ts";
import { fact } from "./contract.ts";
import * as endpoints from "./endpoint-table.ts";
import * as nat from "./nat.ts";
import * as recency from "./recency.ts";
import { below, isZero, u32, u64 } from "./words.ts";

const TICK_MS = 1024;

/** What reclaiming changes in memory, and the ghosts that go with it. */
export const RECLAIMED = [
  "slot",
  "endpoint",
  "entries",
  "previous",
  "next",
  "ring",
  "labelAt",
  "positionOf",
  "poolFree",
  "free",
];

export const reclaim: Contract = {
  name: "nat/allocation/reclaim",
  params: [
    { name: "protocol", width: 32 },
    { name: "ring", width: 32 },
  ],
  result: 0,
  /** A mapping that was reclaimed; 0 if there was none. */
  chooses: { reclaimed: 32 },
  laws: nat.invariant,
  requires: (_before, [protocol, ring]) => [
    { name: "a protocol", says: below(protocol!, 3) },
    {
      name: "a ring of it",
      says: any(eq(ring!, protocol!), all(eq(protocol!, u32(2)), eq(ring!, u32(3)))),
    },
  ],
  cases: [
    {
      name: "reclaimed",
      applies: () => TRUE,
      modifies: RECLAIMED,
      effect: ({ after }) => after,
      ensures: ({ args: [protocol, ring], before, after, chosen }) => {
        const reclaimed = chosen["reclaimed"]!;
        return [
          {
            name: "mappings stay as they are, or go when they have rested",
            over: ["node"],
            says: (n) => {
              const isSame = eq(after.table("slot").read(n), before.table("slot").read(n));
              const isGone = all(
                no(nat.exists(after, n)),
                nat.exists(before, n),
                nat.isRested(before, n),
              );
              return any(isSame, isGone);
            },
          },
          {
            name: "the internal endpoints of those that stay do so, too",
            over: ["node"],
            says: (n) =>
              implies(nat.exists(after, n), eq(nat.keyOf(after, n), nat.keyOf(before, n))),
          },
          {
            name: "entries go, and none comes",
            over: ["key"],
            says: (key) => {
              const entry = endpoints.entry(after, key);
              return any(isZero(entry), eq(entry, endpoints.entry(before, key)));
            },
          },
          fact(
            "what was reclaimed is gone",
            any(
              isZero(reclaimed),
              all(
                nat.exists(before, reclaimed),
                no(nat.exists(after, reclaimed)),
                eq(extract(reclaimed, 31, 16), extract(protocol!, 15, 0)),
              ),
            ),
          ),
          {
            name: "if nothing was, nothing in the ring has rested for more than a tick",
            over: ["node"],
            says: (n) =>
              implies(
                all(
                  isZero(reclaimed),
                  recency.isMember(before, n),
                  eq(recency.ringOf(before, n), extract(ring!, 2, 0)),
                ),
                all(
                  nat.exists(after, n),
                  ult(nat.age(before, n), add(nat.restOf(before, n), u64(TICK_MS))),
                ),
              ),
          },
        ];
      },
    },
  ],
};
