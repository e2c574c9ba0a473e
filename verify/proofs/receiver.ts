/** receive: what becomes of the mapping of a packet's internal receiver. */
import * as nat from "../contracts/nat.ts";
import { REGIONS } from "../contracts/layout.ts";
import { Mappings } from "../spec/mappings.ts";
import type { Protocol } from "../spec/nat.ts";
import type { Choice } from "../spec/state.ts";
import { type Answer, Machine } from "../symbolic/machine.ts";
import { Memory } from "../symbolic/memory.ts";
import { Octets } from "../symbolic/octets.ts";
import { Path } from "../symbolic/path.ts";
import { extract, zeroExtend } from "../terms/bits.ts";
import { TRUE, constant, isConstant, variable } from "../terms/term.ts";
import { PROTOCOLS, endpointOf, nodeOf } from "./abstraction.ts";
import { receivingClaims, receivingOf } from "./calls.ts";
import { answerContainers } from "./containers.ts";
import { showLawful } from "./contract.ts";
import { showUnchanged } from "./frame.ts";
import { showRefinement } from "./refinement.ts";
import { assumeYoung } from "./sender.ts";
import { runSpec } from "./spec-run.ts";
import { SymbolicState } from "./spec-state.ts";
import { anyState, forget } from "./state.ts";
import type { Context, Unit } from "./unit.ts";

export const RECEIVER = "nat/receiver/receive";

/** What it changes: no endpoint, and no session. */
const CHANGED = ["last", "previous", "next", "phase", "ring", "rank", "rankEnd"];

/** It has nothing to choose. */
export const NO_CHOICE: Choice = {
  port: () => constant(0, 16),
  hasRoomForMapping: () => TRUE,
  hasRoomForSession: () => TRUE,
};

export const RECEIVER_UNITS: Unit[] = PROTOCOLS.map((protocol) => ({
  name: `${RECEIVER}, ${protocol}`,
  theorem: "does to the state what the specification says that receiving does",
  prove: (context) => prove(context, protocol),
}));

async function prove(context: Context, protocol: Protocol) {
  const { prover } = context;
  answerContainers(context);
  const path = new Path(anyState(), Octets.arriving());
  path.laws.push(...nat.invariant(path.state));
  assumeYoung(path);
  const port = variable("external port", 16);
  const flags = protocol === "Tcp" ? variable("flags", 8) : constant(0, 8);
  const args = [
    nodeOf(protocol, port),
    variable("remote address", 32),
    variable("remote port", 32),
    zeroExtend(flags, 32),
  ];
  const receiving = receivingOf(path, protocol, args);
  for (const { says } of receivingClaims(path, receiving, args)) path.assume(says);
  const before = path.state;
  const memory = new Memory(REGIONS, prover.require, prover.suggest);
  const machine = new Machine(context.module, memory, prover, context.answers);
  const paths: Path[] = [];
  for await (const { path: end } of machine.ends(context.indexOf(RECEIVER), args, path)) {
    const runs = await runSpec(end, prover, (here) => {
      const state = new SymbolicState(before, here.facts, NO_CHOICE, before);
      const internal = endpointOf(nat.keyOf(before, receiving.node));
      const mapping = { protocol, externalPort: port, internal };
      new Mappings(state).receive(mapping, receiving.from, receiving.flags);
      return state;
    });
    for (const run of runs) await showRefinement(run.path, run.value, prover, RECEIVER);
    await showLawful(end, nat.invariant(end.state), prover);
    await showUnchanged(end, end.state, before, CHANGED, `after ${RECEIVER}`, prover);
    paths.push(end);
  }
  return { paths };
}

/** Stands in for it. */
export function answerReceiver({ prover }: Context): Answer {
  return async (path, args) => {
    const number = extract(path.facts.refine(args[0]!), 17, 16);
    const protocol = PROTOCOLS[Number(number.value)];
    if (!isConstant(number) || !protocol) throw new Error("which protocol?");
    const receiving = receivingOf(path, protocol, args);
    for (const { name, says } of receivingClaims(path, receiving, args)) {
      await prover.require(path, says, `${RECEIVER} may be called: ${name}`);
    }
    const next = path.fork();
    next.state = forget(path.state, CHANGED);
    next.laws.push(...nat.invariant(next.state));
    assumeYoung(next);
    const { state: before } = path;
    const call = { name: RECEIVER, args, result: undefined, before, after: next.state };
    next.calls.push({ ...call, meaning: receiving });
    return [{ path: next, result: undefined }];
  };
}
