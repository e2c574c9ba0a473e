/** Mappings: one for each external endpoint, for as long as it is alive. */
import * as nat from "../../contracts/nat.ts";
import { isLive } from "../../spec/lifetime.ts";
import type { Endpoint } from "../../spec/nat.ts";
import type { Path } from "../../symbolic/path.ts";
import type { Prover } from "../../symbolic/prover.ts";
import { eq } from "../../terms/comparisons.ts";
import { all, implies, no } from "../../terms/logic.ts";
import { constant, variable, type Term } from "../../terms/term.ts";
import { PROTOCOLS, endpointOf, entryOf, nodeOf } from "../abstraction.ts";
import type { Unit } from "../unit.ts";
import { AnyMappings, type Through, explore, lawfulPath, step } from "./explore.ts";

export const STAYS_UNIT: Unit = {
  name: "derived/a mapping stays while it is alive",
  theorem:
    "whatever a packet does: a mapping that is live before it is live after it, with the same " +
    "internal endpoint and the same external port",
  prove: ({ prover }) => proveStays(prover),
};

export async function proveStays(prover: Prover, through?: Through): Promise<{ paths: Path[] }> {
  const start = lawfulPath();
  const runs = explore(start, (path) => step(path, new AnyMappings(path), through));
  for (const { path, value } of runs) {
    for (const protocol of PROTOCOLS) {
      const { state } = value.nat;
      const node = nodeOf(protocol, variable("any port", 16));
      const [before, after] = [entryOf(start.state, node), state.entryAt(node)];
      const stays = all(isLive(state, protocol, after), isSame(after.internal, before.internal));
      const claim = implies(isLive(state, protocol, before), stays);
      await prover.show(path, claim, `${value.fate.outcome}: live mappings of ${protocol} stay`);
    }
  }
  return { paths: runs.map(({ path }) => path) };
}

export const UNIQUE_UNIT: Unit = {
  name: "derived/no two live mappings share an external endpoint",
  theorem:
    "in every state that the laws allow: two internal endpoints with the same external port are " +
    "one, two mappings of one internal endpoint are one, and the port that an internal endpoint " +
    "is found to have is that of its mapping, and is not 0",
  prove: ({ prover }) => proveUnique(prover, lawfulPath()),
};

export async function proveUnique(prover: Prover, path: Path): Promise<{ paths: Path[] }> {
  const { state } = new AnyMappings(path);
  const [p, q] = [variable("a port", 16), variable("another port", 16)];
  const [a, b] = [anyEndpoint("an endpoint"), anyEndpoint("another endpoint")];
  const none = constant(0, 16);
  for (const protocol of PROTOCOLS) {
    const portOfA = state.portOf(protocol, a);
    const isShared = all(no(eq(portOfA, none)), eq(portOfA, state.portOf(protocol, b)));
    const one = implies(isShared, isSame(a, b));
    await prover.show(path, one, `${protocol}: two internal endpoints do not share a port`);

    const [entry, other] = [state.record(protocol, p), state.record(protocol, q)];
    const isOfBoth = all(entry.exists, other.exists, isSame(entry.internal, other.internal));
    const same = implies(isOfBoth, eq(p, q));
    await prover.show(path, same, `${protocol}: an internal endpoint has one mapping`);

    const isFound = eq(state.portOf(protocol, entry.internal), p);
    const found = implies(entry.exists, all(isFound, no(eq(p, none))));
    await prover.show(path, found, `${protocol}: a mapping is found by its internal endpoint`);

    const key = nat.keyOf(path.state, nodeOf(protocol, portOfA));
    const isBack = all(state.record(protocol, portOfA).exists, isSame(endpointOf(key), a));
    const back = implies(no(eq(portOfA, none)), isBack);
    await prover.show(path, back, `${protocol}: and by its external port`);
  }
  return { paths: [path] };
}

function anyEndpoint(name: string): Endpoint {
  return { address: variable(`${name}, address`, 32), port: variable(`${name}, port`, 16) };
}

function isSame(a: Endpoint, b: Endpoint): Term {
  return all(eq(a.address, b.address), eq(a.port, b.port));
}
