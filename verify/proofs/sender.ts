/** senderMapping: what becomes of the mapping of a packet's internal sender. */
import type { Contract } from "../contracts/contract.ts";
import * as endpoints from "../contracts/endpoint-table.ts";
import * as nat from "../contracts/nat.ts";
import * as sessions from "../contracts/session-table.ts";
import { NODES, REGIONS } from "../contracts/layout.ts";
import { reclaim } from "../contracts/reclaim.ts";
import { isZero, scalar, u32, u64 } from "../contracts/words.ts";
import { Mappings } from "../spec/mappings.ts";
import type { Mapping, Protocol } from "../spec/nat.ts";
import { OUTCOMES, type Outcome } from "../spec/outcome.ts";
import type { Choice } from "../spec/state.ts";
import { type Answer, Machine } from "../symbolic/machine.ts";
import { Memory } from "../symbolic/memory.ts";
import { Octets } from "../symbolic/octets.ts";
import { type Call, type Law, Path, type State } from "../symbolic/path.ts";
import type { Prover } from "../symbolic/prover.ts";
import { add, subtract } from "../terms/arithmetic.ts";
import { extract } from "../terms/bits.ts";
import { eq, slt, ult } from "../terms/comparisons.ts";
import { all, any, implies, no } from "../terms/logic.ts";
import { FALSE, TRUE, constant, isConstant, subterms, variable, type Term } from "../terms/term.ts";
import { PROTOCOLS, keyOf, nodeOf, sessionKeyOf } from "./abstraction.ts";
import { PACKET, type Sending, sendingClaims, sendingOf } from "./calls.ts";
import { answerContainers } from "./containers.ts";
import { answerOf, showLawful } from "./contract.ts";
import { showUnchanged, showUnwritten } from "./frame.ts";
import { classOf, showNoneLeft, showTaken } from "./ports.ts";
import { showRefinement } from "./refinement.ts";
import { ANY_PORT, runSpec } from "./spec-run.ts";
import { SymbolicState } from "./spec-state.ts";
import { anyState, forget } from "./state.ts";
import type { Context, Unit } from "./unit.ts";

export const SENDER = "nat/sender/senderMapping";

/** Outcomes that it may give instead of a mapping. */
const DROPS: Outcome[] = ["NotSyn", "NoPort", "EndpointTableFull", "SessionTableFull"];

/** Everything that packets change, and the ghosts. */
export const CHANGED = [
  ...["last", "created", "previous", "next", "slot", "remoteAddress", "remotePort", "phase"],
  ...["endpoint", "entries", "where", "labelAt", "positionOf", "poolFree", "free", "draws"],
  ...["sessionKey", "sessionStamp", "stamps", "seat", "ring", "rank", "rankEnd"],
];

/** What callers rely on beside the specification: a live mapping is there afterwards. */
function promises(before: State, after: State): Law[] {
  return [
    {
      name: "live mappings stay",
      over: ["node"],
      says: (node) =>
        implies(
          nat.isLive(before, node),
          all(nat.exists(after, node), eq(nat.keyOf(after, node), nat.keyOf(before, node))),
        ),
    },
  ];
}

/** The ghost ranks are 64 bits wide: see assumptions.ts. */
export function assumeYoung(path: Path): void {
  path.assume(ult(scalar(path.state, "rankEnd"), u64(1n << 63n)));
}

export const SENDER_UNITS: Unit[] = PROTOCOLS.map((protocol) => ({
  name: `${SENDER}, ${protocol}`,
  theorem: "does to the state what the specification says that sending does",
  prove: (context) => prove(context, protocol),
}));

async function prove(context: Context, protocol: Protocol) {
  const { prover } = context;
  answerContainers(context);
  context.answers.set(context.indexOf(reclaim.name), answerOf(reclaim, prover));
  const path = new Path(anyState(), Octets.arriving());
  path.enter(PACKET);
  path.laws.push(...nat.invariant(path.state));
  assumeYoung(path);
  const header = variable("header", 32, 60n);
  const sending = sendingOf(path, protocol, header);
  for (const { says } of sendingClaims(path, sending, header)) path.assume(says);
  const memory = new Memory(REGIONS, prover.require, prover.suggest);
  const machine = new Machine(context.module, memory, prover, context.answers);
  const number = u32(PROTOCOLS.indexOf(protocol));
  const address = add(PACKET.base, header);
  const args = [PACKET.base, number, address, variable("hint", 32)];
  const before = path.state;
  const paths: Path[] = [];
  for await (const { path: end, result } of machine.ends(context.indexOf(SENDER), args, path)) {
    await compare(end, before, result!, sending, prover);
    paths.push(end);
  }
  return { paths };
}

async function compare(
  end: Path,
  before: State,
  result: Term,
  sending: Sending,
  prover: Prover,
): Promise<void> {
  const { protocol, from, to, flags } = sending;
  const found = await outcomeOf(end, result, prover);
  const reclaims = end.calls.filter(({ name }) => name === reclaim.name);
  const reclaimed = reclaims.at(-1)?.after ?? before;
  const isTaken = await showTaken(end, from.port, prover);
  if (found === "NoPort") {
    if (isTaken) {
      await prover.show(end, FALSE, "a port that is taken is not 0");
      return;
    }
    await showNoneLeft(end, reclaims, sending, prover);
  }
  const choice = choiceOf(end, found);
  const isOfKinds = (claim: Term): boolean =>
    found !== "NoPort" && subterms([claim]).includes(ANY_PORT);
  const turnsOn = (claim: Term) => (isOfKinds(claim) ? [from.port, ANY_PORT].flatMap(classOf) : []);
  const runs = await runSpec(
    end,
    prover,
    (path) => {
      const state = new SymbolicState(before, path.facts, choice, reclaimed);
      return { state, value: new Mappings(state).send(protocol, from, to, flags) };
    },
    turnsOn,
  );
  for (const { path, value } of runs) {
    await prover.show(path, agrees(found, value.value), `the result, ${String(found)}`);
    await showRefinement(path, value.state, prover, SENDER);
  }
  await showLawful(end, nat.invariant(end.state), prover);
  for (const law of promises(before, end.state)) await prover.showLaw(end, law);
  await showUnchanged(end, end.state, before, CHANGED, `after ${SENDER}`, prover);
  await showUnwritten(end, `after ${SENDER}`, prover);
}

/** The outcome that drops the packet, or the mapping's number. */
async function outcomeOf(path: Path, result: Term, prover: Prover): Promise<Outcome | Term> {
  const refined = path.facts.refine(result);
  const isDrop = slt(refined, u32(0));
  if (!isConstant(refined) || refined.value < 1n << 31n) {
    await prover.show(path, no(isDrop), "a mapping's number is not negative");
    return refined;
  }
  return OUTCOMES[Number((1n << 32n) - refined.value)]!;
}

/** The port is the one that was given; there is no room where, asked for it, a table has said so. */
function choiceOf({ calls }: Path, found: Outcome | Term): Choice {
  const port = typeof found === "string" ? constant(0, 16) : extract(found, 15, 0);
  const hasRoom = (table: Contract, isRefusal: (call: Call) => Term): Term =>
    no(any(...calls.filter(({ name }) => name === table.name).map(isRefusal)));
  return {
    port: () => port,
    hasRoomForMapping: (protocol, internal) => {
      const key = keyOf(protocol, internal);
      return hasRoom(endpoints.place, ({ args, result }) =>
        all(eq(endpoints.keyOf(args), key), eq(result!, endpoints.NO_SLOT)),
      );
    },
    hasRoomForSession: (protocol, externalPort, remoteAddress) => {
      const key = sessionKeyOf(nodeOf(protocol, externalPort), remoteAddress);
      return hasRoom(sessions.put, ({ args, result }) => all(eq(args[0]!, key), isZero(result!)));
    },
  };
}

function agrees(found: Outcome | Term, said: Mapping | Outcome): Term {
  if (typeof found === "string" || typeof said === "string") {
    return found === said ? TRUE : FALSE;
  }
  return eq(found, nodeOf(said.protocol, said.externalPort));
}

/** What a caller has been told by a call of it. */
export interface Sent {
  sending: Sending;
  result: Outcome | Term;
}

let calls = 0;

/** Stands in for it: one path for each way in which it may end. */
export function answerSender({ prover }: Context): Answer {
  return async (path, [base, number, address, hint]) => {
    await prover.require(path, eq(base!, PACKET.base), "the packet that arrived");
    const protocol = PROTOCOLS[Number(path.facts.refine(number!).value)];
    if (!protocol || !isConstant(path.facts.refine(number!))) throw new Error("which protocol?");
    const header = path.facts.refine(subtract(address!, PACKET.base));
    const sending = sendingOf(path, protocol, header);
    for (const { name, says } of sendingClaims(path, sending, header)) {
      await prover.require(path, says, `${SENDER} may be called: ${name}`);
    }
    await showUnwritten(path, `before ${SENDER}`, prover);
    const port = variable(`external port ${++calls}`, 16);
    return [nodeOf(protocol, port), ...DROPS].map((result) => {
      const next = path.fork();
      const before = path.state;
      next.state = forget(before, CHANGED);
      next.laws.push(...nat.invariant(next.state), ...promises(before, next.state));
      assumeYoung(next);
      if (typeof result !== "string") {
        next.assume(nat.exists(next.state, result));
        next.assume(ult(result, u32(NODES)));
      }
      const negative = constant(-OUTCOMES.indexOf(result as Outcome), 32);
      const given = typeof result === "string" ? negative : result;
      const meaning: Sent = { sending, result };
      const args = [base!, number!, address!, hint!];
      next.calls.push({ name: SENDER, args, result: given, before, after: next.state, meaning });
      return { path: next, result: given };
    });
  };
}
