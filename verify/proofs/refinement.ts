/** That what became of memory is what the specification says became of its state. */
import { ageLimit } from "../contracts/session-table.ts";
import { isZero, scalar } from "../contracts/words.ts";
import { holdsPort, isLive } from "../spec/lifetime.ts";
import type { Protocol } from "../spec/nat.ts";
import type { Entry } from "../spec/state.ts";
import type { Path } from "../symbolic/path.ts";
import type { Prover } from "../symbolic/prover.ts";
import { subtract } from "../terms/arithmetic.ts";
import { eq, ult } from "../terms/comparisons.ts";
import { all, any, implies, no } from "../terms/logic.ts";
import { variable, type Term } from "../terms/term.ts";
import { PROTOCOLS, entryOf, nodeOf, sessionKeyOf, sessionOf } from "./abstraction.ts";
import type { SymbolicState } from "./spec-state.ts";

/**
 * At any mapping and any remote address: memory holds what the specification says, but that
 * mappings that have rested, and sessions that no lifetime lets count any more, may be gone.
 */
export async function showRefinement(
  path: Path,
  said: SymbolicState,
  prover: Prover,
  what: string,
): Promise<void> {
  for (const protocol of PROTOCOLS) {
    const node = nodeOf(protocol, variable("any port", 16));
    const [a, b] = [said.entryAt(node), entryOf(path.state, node)];
    const here = path.fork();
    here.assume(no(isZero(variable("any port", 16))));
    const both = all(a.exists, b.exists);
    const claims: [string, Term][] = [
      ["no mapping comes from nowhere", implies(b.exists, a.exists)],
      ["a mapping that goes has rested", any(b.exists, no(holdsPort(said, protocol, a)))],
      ...sameEntries(protocol, a, b).map(([name, says]): [string, Term] => [
        name,
        implies(both, says),
      ]),
      ["sessions", implies(all(both, isLive(said, protocol, a)), sameSession(here, said, node))],
    ];
    for (const [name, says] of claims)
      await prover.show(here, says, `${what}, ${protocol}: ${name}`);
  }
}

function sameEntries(protocol: Protocol, a: Entry, b: Entry): [string, Term][] {
  const same: [string, Term][] = [
    ["internal address", eq(a.internal.address, b.internal.address)],
    ["internal port", eq(a.internal.port, b.internal.port)],
    ["last refresh", eq(a.last, b.last)],
    ["remote address", eq(a.remote.address, b.remote.address)],
  ];
  if (protocol !== "Tcp") return same;
  return [
    ...same,
    ["remote port", eq(a.remote.port, b.remote.port)],
    ["phase", eq(a.phase, b.phase)],
  ];
}

/** Sessions that may still count, of one remote address, agree. */
function sameSession(path: Path, said: SymbolicState, node: Term): Term {
  const address = variable("any address", 32);
  const [a, b] = [said.sessionAt(node, address), sessionOf(path.state, node, address)];
  const now = scalar(path.state, "clock");
  const limit = ageLimit(path.state, sessionKeyOf(node, address));
  const mayCount = (stamp: Term) => ult(subtract(now, stamp), limit);
  return all(
    implies(all(a.exists, mayCount(a.stamp)), all(b.exists, eq(a.stamp, b.stamp))),
    implies(all(b.exists, mayCount(b.stamp)), all(a.exists, eq(a.stamp, b.stamp))),
  );
}
