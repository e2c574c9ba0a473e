/**
 * Recency rings. Ghosts: `ring`, 4 more than the ring that a node is in, 0 for none, as in zeroed
 * memory, or by ringOf the ring itself and 4 for none; a sentinel is in its own;
 * `rank`, by which the nodes of a ring are ordered, and `rankEnd`, above every rank. Ranks turn
 * "the order of the list" into facts about two nodes at a time, which a solver can decide.
 */
import { add } from "../terms/arithmetic.ts";
import { bitwise, concat, extract, zeroExtend } from "../terms/bits.ts";
import { eq, ule, ult } from "../terms/comparisons.ts";
import { all, implies, no } from "../terms/logic.ts";
import { TRUE, constant, type Term } from "../terms/term.ts";
import type { Law, State } from "../symbolic/path.ts";
import { type Contract, fact } from "./contract.ts";
import { NODES } from "./layout.ts";
import { below, isNot, isZero, scalar, u32, u64, ZERO } from "./words.ts";

export const RINGS = 4;
const NO_RING = constant(4, 3);

export function ringOf(state: State, node: Term): Term {
  return turned(state.table("ring").read(node));
}

/** A ring, or none, as the ghost has it; and the other way about. */
function turned(ring: Term): Term {
  return bitwise("xor", ring, NO_RING);
}

export function isLinked(state: State, node: Term): Term {
  return isZero(extract(ringOf(state, node), 2, 2));
}

/** The sentinel of a ring of 3 bits. */
export function sentinelOf(ring: Term): Term {
  return zeroExtend(concat(extract(ring, 1, 0), constant(0, 16)), 32);
}

export function isSentinel(node: Term): Term {
  return isZero(extract(node, 15, 0));
}

function next(state: State, node: Term): Term {
  return state.table("next").read(node);
}

function previous(state: State, node: Term): Term {
  return state.table("previous").read(node);
}

export function rankOf(state: State, node: Term): Term {
  return state.table("rank").read(node);
}

/** Whether a node that is no sentinel is in a ring. */
export function isMember(state: State, node: Term): Term {
  return all(isLinked(state, node), no(isSentinel(node)));
}

export function laws(state: State): Law[] {
  const own = (node: Term) => sentinelOf(ringOf(state, node));
  const inOneRing = (a: Term, b: Term) =>
    all(isMember(state, a), isMember(state, b), eq(ringOf(state, a), ringOf(state, b)));
  const rank = (node: Term) => rankOf(state, node);
  return [
    fact(
      "ring: sentinels are in their rings",
      all(
        ...Array.from({ length: RINGS }, (_, ring) =>
          eq(ringOf(state, u32(ring << 16)), constant(ring, 3)),
        ),
      ),
    ),
    {
      name: "ring: only nodes are linked",
      over: ["node"],
      says: (n) =>
        implies(isLinked(state, n), all(below(n, NODES), implies(isSentinel(n), eq(n, own(n))))),
    },
    {
      name: "ring: the next node's previous one",
      over: ["node"],
      says: (n) => {
        const after = next(state, n);
        const says = all(
          isLinked(state, after),
          eq(ringOf(state, after), ringOf(state, n)),
          eq(previous(state, after), n),
        );
        return implies(isLinked(state, n), says);
      },
    },
    {
      name: "ring: the previous node's next one",
      over: ["node"],
      says: (n) => {
        const before = previous(state, n);
        const says = all(
          isLinked(state, before),
          eq(ringOf(state, before), ringOf(state, n)),
          eq(next(state, before), n),
        );
        return implies(isLinked(state, n), says);
      },
    },
    {
      name: "ring: ranks ascend",
      over: ["node"],
      says: (n) => {
        const after = next(state, n);
        const bothMembers = all(isMember(state, n), no(isSentinel(after)));
        return implies(bothMembers, ult(rank(n), rank(after)));
      },
    },
    {
      name: "ring: the first has the least rank",
      over: ["node"],
      says: (n) => {
        const first = next(state, own(n));
        return implies(isMember(state, n), all(no(isSentinel(first)), ule(rank(first), rank(n))));
      },
    },
    {
      name: "ring: no rank lies between neighbours",
      over: ["node", "node"],
      says: (a, b) => {
        const after = next(state, a);
        return implies(
          all(inOneRing(a, b), ult(rank(a), rank(b))),
          all(no(isSentinel(after)), ule(rank(after), rank(b))),
        );
      },
    },
    {
      name: "ring: ranks differ",
      over: ["node", "node"],
      says: (a, b) => implies(all(inOneRing(a, b), isNot(a, b)), isNot(rank(a), rank(b))),
    },
    {
      name: "ring: ranks are below the next one",
      over: ["node"],
      says: (n) => implies(isMember(state, n), ult(rank(n), scalar(state, "rankEnd"))),
    },
  ];
}

export const append: Contract = {
  name: "structs/recency/append",
  params: [
    { name: "node", width: 32 },
    { name: "ring", width: 32 },
  ],
  result: 0,
  chooses: {},
  laws,
  requires: (before, [node, ring]) => [
    { name: "a node, not a sentinel", says: all(below(node!, NODES), no(isSentinel(node!))) },
    { name: "of no ring", says: eq(ringOf(before, node!), NO_RING) },
    { name: "a ring", says: below(ring!, RINGS) },
    {
      name: "a rank left to give",
      says: isNot(scalar(before, "rankEnd"), u64((1n << 64n) - 1n)),
    },
  ],
  cases: [
    {
      name: "appended",
      applies: () => TRUE,
      modifies: ["next", "previous"],
      effect: ({ args: [node, ring], after }) => {
        const end = scalar(after, "rankEnd");
        return after.with(
          after.table("ring").write(node!, turned(extract(ring!, 2, 0))),
          after.table("rank").write(node!, end),
          after.table("rankEnd").write(ZERO, add(end, u64(1))),
        );
      },
      ensures: () => [],
    },
  ],
};

export const remove: Contract = {
  name: "structs/recency/remove",
  params: [{ name: "node", width: 32 }],
  result: 0,
  chooses: {},
  laws,
  requires: (before, [node]) => [
    { name: "a node in a ring, not its sentinel", says: isMember(before, node!) },
  ],
  cases: [
    {
      name: "removed",
      applies: () => TRUE,
      modifies: ["next", "previous"],
      effect: ({ args: [node], after }) =>
        after.with(after.table("ring").write(node!, turned(NO_RING))),
      ensures: () => [],
    },
  ],
};

/** Every ring empty: the ghosts once clear has linked the sentinels to themselves. */
export function cleared(state: State): State {
  let ring = state.table("ring");
  for (let i = 0; i < RINGS; i++) ring = ring.write(u32(i << 16), turned(constant(i, 3)));
  return state.with(ring);
}
