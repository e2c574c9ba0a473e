/** configure: the base case. Memory of zeros, with sound settings in it, satisfies the invariant. */
import { REGIONS } from "../contracts/layout.ts";
import * as nat from "../contracts/nat.ts";
import { isSound } from "../contracts/settings.ts";
import { LATEST } from "../contracts/session-table.ts";
import { scalar, u32, u64, ZERO } from "../contracts/words.ts";
import { Machine, type Return } from "../symbolic/machine.ts";
import { Memory } from "../symbolic/memory.ts";
import { Octets } from "../symbolic/octets.ts";
import { Path, type State } from "../symbolic/path.ts";
import type { Prover } from "../symbolic/prover.ts";
import { eq, ule } from "../terms/comparisons.ts";
import { no } from "../terms/logic.ts";
import type { Term } from "../terms/term.ts";
import { isReady } from "./abstraction.ts";
import { showLawful } from "./contract.ts";
import { showUnchanged } from "./frame.ts";
import { answerClear, answerFill } from "./leaves.ts";
import { anyState, emptyState } from "./state.ts";
import type { Context, Findings, Unit } from "./unit.ts";

export const CONFIGURE = "nat/settings/configure";

/** What may have been written before: by the host, and by `process`, which drops every packet. */
const HOST = ["config", "clock", "counters", "offset", "length", "side", "fate"];
const WORDS = 32;

/** What is written when a configuration is accepted, ghosts included: no mapping, and no session. */
const SET_UP = [
  ...["settings", "ready", "ages", "previous", "next", "poolFree", "poolEnd"],
  ...["ring", "free", "poolStart"],
];

export const CONFIGURE_UNIT: Unit = {
  name: CONFIGURE,
  theorem: "accepts sound configurations alone, once, and makes the invariant hold",
  prove,
};

async function prove(context: Context): Promise<Findings> {
  const { prover } = context;
  const paths: Path[] = [];
  const first = fresh();
  for await (const { path, result } of endsFrom(context, first)) {
    await showOutcome(path, first, result!, prover);
    paths.push(path);
  }
  const configured = anyState();
  for await (const { path, result } of endsFrom(context, configured, true)) {
    await showRefused(path, configured, result!, prover);
    paths.push(path);
  }
  return { paths };
}

/** Memory before the first configuration that is accepted. */
function fresh(): State {
  const any = anyState();
  return emptyState().with(...HOST.map((name) => any.table(name)));
}

function endsFrom(context: Context, start: State, isConfigured = false): AsyncGenerator<Return> {
  const { module, indexOf, prover } = context;
  const answers = new Map([
    [indexOf("structs/recency/clear"), answerClear(context)],
    [indexOf("structs/index-pool/fill"), answerFill(context)],
  ]);
  const path = new Path(start, Octets.arriving());
  if (isConfigured) path.laws.push(...nat.invariant(start));
  path.assume(ule(scalar(start, "clock"), u64(LATEST)));
  if (isConfigured) path.assume(isReady(start));
  const memory = new Memory(REGIONS, prover.require, prover.suggest);
  const machine = new Machine(module, memory, prover, answers);
  return machine.ends(indexOf(CONFIGURE), [], path);
}

async function showOutcome(path: Path, start: State, result: Term, prover: Prover): Promise<void> {
  const sound = isSound((index) => start.table("config").read(u32(index)));
  const isAccepted = eq(path.facts.refine(result), ZERO);
  await prover.show(path, eq(isAccepted, sound), `${CONFIGURE}: sound means accepted`);
  if ((await prover.decide(path, isAccepted)) !== true) {
    await showRefused(path, start, result, prover);
    return;
  }
  await prover.show(path, isReady(path.state), `${CONFIGURE}: the NAT is configured`);
  for (let word = 0; word < WORDS; word++) {
    const [asked, set] = ["config", "settings"].map((name) =>
      path.state.table(name!).read(u32(word)),
    );
    await prover.show(path, eq(asked!, set!), `${CONFIGURE}: word ${word} is taken over`);
  }
  await showUnchanged(path, path.state, start, SET_UP, `after ${CONFIGURE}`, prover);
  await showLawful(path, nat.invariant(path.state), prover);
}

async function showRefused(path: Path, start: State, result: Term, prover: Prover): Promise<void> {
  await prover.show(path, no(eq(result, ZERO)), `${CONFIGURE}: a fault is told`);
  await showUnchanged(path, path.state, start, [], `after ${CONFIGURE} has refused`, prover);
}
