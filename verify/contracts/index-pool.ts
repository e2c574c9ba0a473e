/**
 * Pools of labels. A label is named with its row in front, row << 16 | label; so is a position.
 * Ghosts: `free`, whether a label is free (1 bit); `poolStart`, where a pool begins.
 */
import { bitwise, concat, extract, zeroExtend } from "../terms/bits.ts";
import { eq, ule, ult } from "../terms/comparisons.ts";
import { all, any, implies, ite, no } from "../terms/logic.ts";
import { TRUE, constant, type Term } from "../terms/term.ts";
import type { Law, State } from "../symbolic/path.ts";
import { type Claim, type Contract, fact } from "./contract.ts";
import { below, isNot, isZero, u32 } from "./words.ts";

export const POOLS = 12;
export const NONE = u32(0xffffffff);

/** Where the pools of a row may lie: pool k of a row from STATIONS[k] to ENDS[k]. */
const STATIONS = [0, 32768, 512, 33280];
const ENDS = [512, 33280, 32768, 65536];

/** The label at a position: both with their row. */
function labelAt(state: State, position: Term): Term {
  const short = bitwise("xor", state.table("labelAt").read(position), extract(position, 15, 0));
  return concat(extract(position, 31, 16), short);
}

function positionOf(state: State, label: Term): Term {
  const short = bitwise("xor", state.table("positionOf").read(label), extract(label, 15, 0));
  return concat(extract(label, 31, 16), short);
}

export function isFree(state: State, label: Term): Term {
  return eq(state.table("free").read(label), constant(1, 1));
}

function bound(state: State, name: string, pool: Term): Term {
  return state.table(name).read(pool);
}

/** Whether a label, or a position, is one of a pool's. */
export function isOf(state: State, label: Term, pool: Term): Term {
  const short = zeroExtend(extract(label, 15, 0), 32);
  return all(
    eq(extract(label, 31, 16), extract(pool, 17, 2)),
    ule(bound(state, "poolStart", pool), short),
    ult(short, bound(state, "poolEnd", pool)),
  );
}

/** A pool is empty, or lies where the pools of its kind do. */
export function isStationed(state: State, pool: Term): Term {
  return liesWhere(pool, bound(state, "poolStart", pool), bound(state, "poolEnd", pool));
}

function liesWhere(pool: Term, start: Term, end: Term): Term {
  const kind = extract(pool, 1, 0);
  return any(
    eq(start, end),
    ...STATIONS.map((from, k) =>
      all(eq(kind, constant(k, 2)), ule(u32(from), start), ule(end, u32(ENDS[k]!))),
    ),
  );
}

export function laws(state: State): Law[] {
  const isIndex = (term: Term) => below(term, 3 << 16);
  return [
    {
      name: "pools: a position's label is at that position",
      over: ["position"],
      says: (at) => implies(isIndex(at), eq(positionOf(state, labelAt(state, at)), at)),
    },
    {
      name: "pools: a label's position has that label",
      over: ["label"],
      says: (label) => implies(isIndex(label), eq(labelAt(state, positionOf(state, label)), label)),
    },
    {
      name: "pools: a pool's labels are at its positions",
      over: ["position", "pool"],
      says: (at, pool) =>
        implies(
          all(isIndex(at), below(pool, POOLS)),
          eq(isOf(state, at, pool), isOf(state, labelAt(state, at), pool)),
        ),
    },
    {
      name: "pools: bounds are in order",
      over: ["pool"],
      says: (pool) =>
        implies(
          below(pool, POOLS),
          all(
            ule(bound(state, "poolStart", pool), bound(state, "poolFree", pool)),
            ule(bound(state, "poolFree", pool), bound(state, "poolEnd", pool)),
            ule(bound(state, "poolEnd", pool), u32(65536)),
            isStationed(state, pool),
          ),
        ),
    },
    {
      name: "pools: the free labels of a pool are its last",
      over: ["label", "pool"],
      says: (label, pool) => {
        const at = zeroExtend(extract(positionOf(state, label), 15, 0), 32);
        return implies(
          all(isIndex(label), below(pool, POOLS), isOf(state, label, pool)),
          eq(isFree(state, label), ule(bound(state, "poolFree", pool), at)),
        );
      },
    },
  ];
}

/** A label of a pool, with its row in front. */
export function rowAnd(pool: Term, label: Term): Term {
  return concat(extract(pool, 17, 2), extract(label, 15, 0));
}

const MOVED = ["labelAt", "positionOf", "poolFree"];

export const take: Contract = {
  name: "structs/index-pool/take",
  params: [
    { name: "pool", width: 32 },
    { name: "random", width: 32 },
  ],
  result: 32,
  chooses: {},
  laws,
  requires: (_before, [pool]) => [{ name: "a pool", says: below(pool!, POOLS) }],
  cases: [
    {
      name: "taken",
      applies: (result) => isNot(result, NONE),
      modifies: MOVED,
      effect: ({ args: [pool], after, result }) =>
        after.with(after.table("free").write(rowAnd(pool!, result), constant(0, 1))),
      ensures: ({ args: [pool], before, result }) => [
        fact(
          "the label was free and the pool's",
          all(
            below(result, 65536),
            isOf(before, rowAnd(pool!, result), pool!),
            isFree(before, rowAnd(pool!, result)),
          ),
        ),
      ],
    },
    {
      name: "none",
      applies: (result) => eq(result, NONE),
      modifies: [],
      effect: ({ before }) => before,
      ensures: ({ args: [pool], before }) => [
        {
          name: "no label of the pool is free",
          over: ["label"],
          says: (label) =>
            implies(
              all(below(label, 3 << 16), isOf(before, label, pool!)),
              no(isFree(before, label)),
            ),
        },
      ],
    },
  ],
};

export const give: Contract = {
  name: "structs/index-pool/give",
  params: [
    { name: "pool", width: 32 },
    { name: "label", width: 32 },
  ],
  result: 0,
  chooses: {},
  laws,
  requires: (before, [pool, label]) => [
    { name: "a pool", says: below(pool!, POOLS) },
    {
      name: "a label of the pool that is not free",
      says: all(
        below(label!, 65536),
        isOf(before, rowAnd(pool!, label!), pool!),
        no(isFree(before, rowAnd(pool!, label!))),
      ),
    },
  ],
  cases: [
    {
      name: "given",
      applies: () => TRUE,
      modifies: MOVED,
      effect: ({ args: [pool, label], after }) =>
        after.with(after.table("free").write(rowAnd(pool!, label!), constant(1, 1))),
      ensures: () => [],
    },
  ],
};

/** What fill(pool, start, end) has to be given. */
export function fillable([pool, start, end]: Term[]): Claim[] {
  const last = ite(ult(end!, start!), start!, end!);
  return [
    { name: "a pool", says: below(pool!, POOLS) },
    { name: "bounds", says: all(below(start!, 65537), below(end!, 65537)) },
    { name: "where its kind lies", says: liesWhere(pool!, start!, last) },
  ];
}

/** A row that has not been used: each label at its own position. */
export function unused(state: State, pool: Term): Law[] {
  const isAsAtFirst = (name: string, sort: string): Law => ({
    name: `the row is unused: ${name}`,
    over: [sort],
    says: (index) =>
      implies(
        eq(extract(index, 31, 16), extract(pool, 17, 2)),
        isZero(state.table(name).read(index)),
      ),
  });
  return [isAsAtFirst("labelAt", "position"), isAsAtFirst("positionOf", "label")];
}

/** The ghosts after fill: the pool begins where it was said, and all its labels are free. */
export function filled(before: State, after: State, [pool, start]: Term[]): [State, Law] {
  const state = after.with(after.table("poolStart").write(pool!, start!));
  const says = (label: Term) => {
    const was = before.table("free").read(label);
    const isNew = isOf(state, label, pool!);
    return eq(state.table("free").read(label), ite(isNew, constant(1, 1), was));
  };
  return [state, { name: "the pool's labels are free, others as before", over: ["label"], says }];
}
