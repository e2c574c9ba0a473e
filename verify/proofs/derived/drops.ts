/** Dropped packets. */
import { entryOf, nodeOf, PROTOCOLS, sessionOf } from "../abstraction.ts";
import type { Entry, Session } from "../../spec/state.ts";
import type { Path } from "../../symbolic/path.ts";
import type { Prover } from "../../symbolic/prover.ts";
import { eq } from "../../terms/comparisons.ts";
import { all, truth } from "../../terms/logic.ts";
import { variable, type Term } from "../../terms/term.ts";
import type { Unit } from "../unit.ts";
import { AnyMappings, type Through, explore, anyPath, step } from "./explore.ts";

export const DROPS_UNIT: Unit = {
  name: "derived/a dropped packet changes no mapping and refreshes nothing",
  theorem:
    "whatever the datagram and the state: when it is dropped, each of its octets, " +
    "every mapping and every session is as before, with the time of its last refresh",
  prove: ({ prover }) => proveDrops(prover),
};

export async function proveDrops(prover: Prover, through?: Through): Promise<{ paths: Path[] }> {
  const start = anyPath();
  const runs = explore(start, (path) => step(path, new AnyMappings(path), through));
  const drops = runs.filter(({ value }) => !value.fate.forward);
  for (const { path, value } of drops) {
    const what = `a packet dropped with ${value.fate.outcome}`;
    const isUntouched = value.packet.octets.written.length === 0;
    await prover.show(path, truth(isUntouched), `${what} keeps its octets`);
    for (const protocol of PROTOCOLS) {
      const node = nodeOf(protocol, variable("any port", 16));
      const remote = variable("any address", 32);
      const isKept = isSameEntry(value.nat.state.entryAt(node), entryOf(start.state, node));
      await prover.show(path, isKept, `${what} changes no mapping of ${protocol}`);
      const session = value.nat.state.sessionAt(node, remote);
      const isSame = isSameSession(session, sessionOf(start.state, node, remote));
      await prover.show(path, isSame, `${what} changes no session of ${protocol}`);
    }
  }
  return { paths: drops.map(({ path }) => path) };
}

function isSameEntry(a: Entry, b: Entry): Term {
  return all(
    eq(a.exists, b.exists),
    eq(a.internal.address, b.internal.address),
    eq(a.internal.port, b.internal.port),
    eq(a.last, b.last),
    eq(a.remote.address, b.remote.address),
    eq(a.remote.port, b.remote.port),
    eq(a.phase, b.phase),
  );
}

function isSameSession(a: Session, b: Session): Term {
  return all(eq(a.exists, b.exists), eq(a.stamp, b.stamp));
}
