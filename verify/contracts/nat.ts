/**
 * The laws of the NAT's state: what ties the tables to each other. Together with the containers'
 * laws they are the invariant that every packet keeps.
 */
import { add, subtract } from "../terms/arithmetic.ts";
import { concat, extract, zeroExtend } from "../terms/bits.ts";
import { eq, ule, ult } from "../terms/comparisons.ts";
import { all, any, implies, ite, no } from "../terms/logic.ts";
import { constant, type Term } from "../terms/term.ts";
import type { Law, State } from "../symbolic/path.ts";
import { fact } from "./contract.ts";
import * as endpoints from "./endpoint-table.ts";
import * as pools from "./index-pool.ts";
import { SLOTS } from "./layout.ts";
import * as recency from "./recency.ts";
import * as sessions from "./session-table.ts";
import { MIN_LIFETIME, WORD, settingsLaw } from "./settings.ts";
import { below, isNot, isZero, scalar, setting, to64, u32, u64 } from "./words.ts";

/** The number of a mapping: its protocol (2 bits) and its external port (16 bits). */
export function nodeOf(protocol: Term, port: Term): Term {
  return zeroExtend(concat(protocol, port), 32);
}

export function exists(state: State, node: Term): Term {
  return no(isZero(slotOf(state, node)));
}

/** One more than the slot of the mapping's internal endpoint; 0 when the port is free. */
function slotOf(state: State, node: Term): Term {
  return state.table("slot").read(node);
}

/** Table and key of the mapping's internal endpoint. */
export function keyOf(state: State, node: Term): Term {
  return endpoints.keyIn(state, subtract(slotOf(state, node), u32(1)));
}

export function last(state: State, node: Term): Term {
  return state.table("last").read(node);
}

export function tickOf(time: Term): Term {
  return extract(time, 41, 10);
}

/** The ring of a mapping, 3 bits: its protocol, or 3 when it is an established one of TCP. */
export function ringFor(state: State, node: Term): Term {
  const phase = state.table("phase").read(node);
  const isEstablished = all(eq(extract(phase, 1, 0), constant(3, 2)), no(isClosed(phase)));
  const protocol = zeroExtend(extract(node, 17, 16), 3);
  const isTcp = eq(extract(node, 17, 16), constant(2, 2));
  return ite(all(isTcp, isEstablished), constant(3, 3), protocol);
}

function isClosed(phase: Term): Term {
  const bit = (n: number) => eq(extract(phase, n, n), constant(1, 1));
  return all(no(bit(5)), any(bit(4), all(bit(2), bit(3))));
}

/** Milliseconds, 64 bits. */
export function lifetime(state: State, ring: Term): Term {
  return to64(state.table("ages").read(zeroExtend(ring, 32)));
}

export function age(state: State, node: Term): Term {
  return subtract(scalar(state, "clock"), last(state, node));
}

export function isLive(state: State, node: Term): Term {
  return all(exists(state, node), ult(age(state, node), lifetime(state, ringFor(state, node))));
}

/** Milliseconds from a mapping's last refresh to the end of its port's rest. */
export function restOf(state: State, node: Term): Term {
  return add(lifetime(state, ringFor(state, node)), to64(setting(state, WORD.holdDown)));
}

export function isRested(state: State, node: Term): Term {
  return ule(restOf(state, node), age(state, node));
}

export function isInRange(state: State, port: Term): Term {
  const wide = zeroExtend(port, 32);
  return all(ule(setting(state, WORD.firstPort), wide), ule(wide, setting(state, WORD.lastPort)));
}

/** The mapping whose port a label stands for: the port is the label turned left by one. */
export function nodeOfLabel(label: Term): Term {
  return concat(extract(label, 31, 16), extract(label, 14, 0), extract(label, 15, 15));
}

/** The pool that a label belongs to, by its port's parity and range. */
export function poolOfLabel(label: Term): Term {
  const port = extract(nodeOfLabel(label), 15, 0);
  const range = ite(ult(port, constant(1024, 16)), constant(0, 1), constant(1, 1));
  return zeroExtend(concat(extract(label, 17, 16), range, extract(port, 0, 0)), 32);
}

/** What is known of a label. */
export function labelLaw(state: State): Law {
  return {
    name: "nat: a label is free when its port is one of the range and has no mapping",
    over: ["label"],
    says: (label) => {
      const node = nodeOfLabel(label);
      const inRange = isInRange(state, extract(node, 15, 0));
      return implies(
        below(label, 3 << 16),
        all(
          eq(inRange, pools.isOf(state, label, poolOfLabel(label))),
          eq(pools.isFree(state, label), all(inRange, no(exists(state, node)))),
        ),
      );
    },
  };
}

/** The laws of the NAT alone. */
export function laws(state: State): Law[] {
  return [
    fact("nat: the settings are sound", settingsLaw(state)),
    {
      name: "nat: a mapping has a port of the range, and a slot with its port in it",
      over: ["node"],
      says: (n) => {
        const slot = subtract(slotOf(state, n), u32(1));
        return implies(
          exists(state, n),
          all(
            below(n, 3 << 16),
            isInRange(state, extract(n, 15, 0)),
            below(slot, SLOTS),
            endpoints.isFull(state, slot),
            eq(endpoints.tableOf(slot), extract(n, 31, 16)),
            eq(endpoints.valueIn(state, slot), extract(n, 15, 0)),
          ),
        );
      },
    },
    {
      name: "nat: what is in a slot is the endpoint of a mapping",
      over: ["slot"],
      says: (slot) => {
        const node = concat(endpoints.tableOf(slot), endpoints.valueIn(state, slot));
        return implies(
          all(below(slot, SLOTS), endpoints.isFull(state, slot)),
          eq(slotOf(state, node), add(slot, u32(1))),
        );
      },
    },
    {
      name: "nat: a mapping is in its ring, a free port in none",
      over: ["node"],
      says: (n) => {
        const ring = ite(exists(state, n), ringFor(state, n), constant(4, 3));
        return implies(
          all(below(n, 3 << 16), no(recency.isSentinel(n))),
          eq(recency.ringOf(state, n), ring),
        );
      },
    },
    {
      name: "nat: times are past",
      over: ["node"],
      says: (n) =>
        implies(
          exists(state, n),
          all(
            ule(last(state, n), scalar(state, "clock")),
            ule(state.table("created").read(n), tickOf(last(state, n))),
          ),
        ),
    },
    {
      name: "nat: a ring is in the order of the ticks of the last refresh",
      over: ["node", "node"],
      says: (a, b) =>
        implies(
          all(
            recency.isMember(state, a),
            recency.isMember(state, b),
            eq(recency.ringOf(state, a), recency.ringOf(state, b)),
            ult(recency.rankOf(state, a), recency.rankOf(state, b)),
          ),
          ule(tickOf(last(state, a)), tickOf(last(state, b))),
        ),
    },
    labelLaw(state),
    {
      name: "nat: a session is not younger than its mapping's last refresh; without a mapping it is old",
      over: ["session"],
      says: (key) => {
        const node = extract(key, 63, 32);
        const stamp = subtract(sessions.stampOf(state, key), u64(1));
        return implies(
          isNot(sessions.stampOf(state, key), u64(0)),
          all(
            below(node, 3 << 16),
            no(recency.isSentinel(node)),
            ule(stamp, scalar(state, "clock")),
            implies(exists(state, node), ule(stamp, last(state, node))),
            implies(
              no(exists(state, node)),
              ule(add(stamp, u64(MIN_LIFETIME)), scalar(state, "clock")),
            ),
          ),
        );
      },
    },
  ];
}

/** All laws: the invariant. */
export function invariant(state: State): Law[] {
  return [
    ...laws(state),
    ...recency.laws(state),
    ...endpoints.laws(state),
    ...pools.laws(state),
    ...sessions.laws(state),
  ];
}
