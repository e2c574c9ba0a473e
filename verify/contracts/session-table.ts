/**
 * The session table. Ghosts: `stamps`, the finite map that it stands for, from a key to one more
 * than its stamp, 0 for none; and `seat`, the place where a key is.
 */
import { add, subtract } from "../terms/arithmetic.ts";
import { bitwise, concat, extract, zeroExtend } from "../terms/bits.ts";
import { eq, ule, ult } from "../terms/comparisons.ts";
import { all, any, implies, ite, no } from "../terms/logic.ts";
import { TRUE, constant, type Term } from "../terms/term.ts";
import type { Law, State } from "../symbolic/path.ts";
import { type Contract, fact } from "./contract.ts";
import { PLACES } from "./layout.ts";
import { below, bucketsOf, digest, isNot, isZero, to64, u64 } from "./words.ts";

const DOMAIN = u64(1n << 62n);
export const LATEST = (1n << 42n) - 1n;

/** One more than the stamp of a key, 0 for none. */
export function stampOf(state: State, key: Term): Term {
  return state.table("stamps").read(key);
}

function keyAt(state: State, place: Term): Term {
  return state.table("sessionKey").read(place);
}

/** The age from which a session of a key's class counts as gone, in milliseconds. */
export function ageLimit(state: State, key: Term): Term {
  const protocol = extract(key, 49, 48);
  const isTcp = extract(protocol, 1, 1);
  const ring = zeroExtend(ite(isZero(isTcp), protocol, concat(constant(1, 1), constant(1, 1))), 32);
  return to64(state.table("ages").read(ring));
}

function mayHold(state: State, place: Term, key: Term): Term {
  const [first, second] = bucketsOf(digest(state, bitwise("or", key, DOMAIN)));
  const bucket = extract(place, 16, 3);
  return all(below(place, PLACES), any(eq(bucket, first), eq(bucket, second)));
}

/** The places where a key may be. */
function placesOf(state: State, key: Term): Term[] {
  const hash = digest(state, bitwise("or", key, DOMAIN));
  return bucketsOf(hash).flatMap((bucket) =>
    Array.from({ length: 8 }, (_, i) => zeroExtend(concat(bucket, constant(i, 3)), 32)),
  );
}

function isKey(key: Term): Term {
  return all(below(key, 1n << 50n), isNot(key, u64(0)), ult(extract(key, 49, 48), constant(3, 2)));
}

export function laws(state: State): Law[] {
  return [
    {
      name: "sessions: what is in a place is the stamp of its key",
      over: ["place"],
      says: (place) => {
        const key = keyAt(state, place);
        const stamp = state.table("sessionStamp").read(place);
        return implies(
          all(below(place, PLACES), isNot(key, u64(0))),
          all(
            eq(stampOf(state, key), add(stamp, u64(1))),
            eq(state.table("seat").read(key), place),
            ule(stamp, u64(LATEST)),
            isKey(key),
          ),
        );
      },
    },
    {
      name: "sessions: a stamped key has a place in its buckets",
      over: ["session"],
      says: (key) => {
        const place = state.table("seat").read(key);
        return implies(
          isNot(stampOf(state, key), u64(0)),
          all(isKey(key), mayHold(state, place, key), eq(keyAt(state, place), key)),
        );
      },
    },
  ];
}

export const find: Contract = {
  name: "structs/session-table/find",
  params: [{ name: "key", width: 64 }],
  result: 64,
  chooses: {},
  laws,
  requires: (_before, [key]) => [{ name: "a key", says: isKey(key!) }],
  cases: [
    {
      name: "looked up",
      applies: () => TRUE,
      modifies: [],
      effect: ({ before }) => before,
      gives: ({ before, args: [key] }) => stampOf(before, key!),
      ensures: () => [],
      lemmas: ({ before, args: [key] }) =>
        placesOf(before, key!).map((place) => {
          const isIts = eq(keyAt(before, place), key!);
          const found = add(before.table("sessionStamp").read(place), u64(1));
          const chosen = (stamp: Term) => ite(isIts, stamp, u64(0));
          return {
            name: "a stamp found is the key's",
            says: eq(chosen(found), chosen(stampOf(before, key!))),
          };
        }),
    },
  ],
};

export const put: Contract = {
  name: "structs/session-table/put",
  params: [
    { name: "key", width: 64 },
    { name: "stamp", width: 64 },
    { name: "now", width: 64 },
  ],
  result: 32,
  /** The place that was written. */
  chooses: { place: 32 },
  laws,
  requires: (_before, [key, stamp]) => [
    { name: "a key", says: isKey(key!) },
    { name: "a time", says: ule(stamp!, u64(LATEST)) },
  ],
  cases: [
    {
      name: "stamped",
      applies: (result) => no(isZero(result)),
      modifies: ["sessionKey", "sessionStamp"],
      effect: ({ args: [key, stamp], before, after, chosen }) => {
        const former = keyAt(before, chosen["place"]!);
        return after.with(
          after
            .table("stamps")
            .write(former, u64(0))
            .write(key!, add(stamp!, u64(1))),
          after.table("seat").write(key!, chosen["place"]!),
        );
      },
      ensures: ({ args: [key, , now], before, chosen }) => {
        const former = keyAt(before, chosen["place"]!);
        const age = subtract(now!, subtract(stampOf(before, former), u64(1)));
        return [
          fact("a place was written", below(chosen["place"]!, PLACES)),
          fact(
            "the place was the key's, or empty, or its key past the age limit",
            any(isZero(former), eq(former, key!), ule(ageLimit(before, former), age)),
            [isZero(former), eq(former, key!)],
          ),
        ];
      },
    },
    {
      name: "no room",
      applies: (result) => isZero(result),
      modifies: [],
      effect: ({ before }) => before,
      ensures: ({ args: [key, , now], before }) => [
        fact("the key has no stamp", isZero(stampOf(before, key!))),
        {
          name: "no place where the key may be is empty or past the age limit",
          over: ["place"],
          says: (place) => {
            const other = keyAt(before, place);
            const age = subtract(now!, before.table("sessionStamp").read(place));
            return implies(
              mayHold(before, place, key!),
              all(no(isZero(other)), ult(age, ageLimit(before, other))),
            );
          },
          splits: (place) => placesOf(before, key!).map((one) => eq(place, one)),
        },
      ],
    },
  ],
};
