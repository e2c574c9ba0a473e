/** A contract, proved against the bytecode of its function, and standing in for it in callers. */
import { type Call, type Case, type Contract, fact } from "../contracts/contract.ts";
import { type Answer, Machine } from "../symbolic/machine.ts";
import { Memory } from "../symbolic/memory.ts";
import { Octets } from "../symbolic/octets.ts";
import { type Law, Path, type State } from "../symbolic/path.ts";
import { anyValues } from "../symbolic/instances.ts";
import type { Prover } from "../symbolic/prover.ts";
import { REGIONS } from "../contracts/layout.ts";
import { eq } from "../terms/comparisons.ts";
import { any } from "../terms/logic.ts";
import { FALSE, constant, variable, type Term } from "../terms/term.ts";
import type { Module } from "../wasm/module.ts";
import { holdSame } from "./frame.ts";
import { anyState, forget } from "./state.ts";

/** Says what a function that is proved has chosen and does not tell, from its last state. */
export type Witness = (path: Path, call: Omit<Call, "chosen">) => Record<string, Term>;

/** Runs the function from any state for which the laws and its requirements hold. */
export async function proveContract(
  module: Module,
  index: number,
  contract: Contract,
  answers: Map<number, Answer>,
  prover: Prover,
  witness: Witness = () => ({}),
): Promise<Path[]> {
  const before = anyState();
  const args = contract.params.map(({ name, width }) => variable(`given ${name}`, width));
  const path = new Path(before, Octets.arriving());
  path.laws.push(...contract.laws(before));
  for (const { says } of contract.requires(before, args)) path.assume(says);
  const memory = new Memory(REGIONS, prover.require, prover.suggest);
  const machine = new Machine(module, memory, prover, answers);
  const paths: Path[] = [];
  for await (const { path: end, result } of machine.ends(index, args, path)) {
    const call = { args, before, after: end.state, result: result ?? constant(0, 32) };
    await proveCases(contract, call, end, prover, witness);
    paths.push(end);
  }
  return paths;
}

async function proveCases(
  contract: Contract,
  call: Omit<Call, "chosen">,
  path: Path,
  prover: Prover,
  witness: Witness,
): Promise<void> {
  const some = any(...contract.cases.map((one) => one.applies(call.result)));
  await prover.show(path, some, `${contract.name} ends in one of its ways`);
  for (const one of contract.cases) {
    const applies = one.applies(call.result);
    if ((await prover.decide(path, applies)) === false) continue;
    const here = path.fork();
    here.assume(applies);
    here.facts.restate();
    const chosen = witness(here, call);
    const full = { ...call, chosen };
    const after = expected(one, full);
    for (const { name, says } of one.lemmas?.({ ...full, after }) ?? []) {
      await prover.require(here, says, `${contract.name}, ${one.name}: ${name}`);
    }
    const given = one.gives && fact("the result", eq(call.result, one.gives({ ...full, after })));
    for (const law of [...(given ? [given] : []), ...one.ensures({ ...full, after })]) {
      const splits = one.splits?.({ ...full, after }) ?? [];
      await prover.showLaw(here, law, `${contract.name}, ${one.name}: ${law.name}`, splits);
      // What has been shown may be used from here on.
      if (law.over.length === 0) here.assume(law.says());
      else here.laws.push(law);
    }
    for (const law of contract.laws(after)) {
      await prover.showLaw(here, law, `${contract.name}, ${one.name} keeps: ${law.name}`);
    }
    await proveFrame(contract.name, one, { ...full, after }, call.after, here, prover);
  }
}

/** The state that a case says comes out, but for its modified tables: those are as they came out. */
function expected(one: Case, call: Call): State {
  const modified = one.modifies.map((name) => call.after.table(name));
  return one.effect({ ...call, after: call.before.with(...modified) });
}

/** Memory is what the contract says, everywhere; so are ghosts that calls within have changed. */
async function proveFrame(
  name: string,
  one: Case,
  call: Call,
  found: State,
  path: Path,
  prover: Prover,
): Promise<void> {
  for (const table of found.names) {
    const [said, there] = [call.after.table(table), found.table(table)];
    const isUntouched = there.isSameAs(call.before.table(table));
    if (said.isSameAs(there) || (isGhost(table) && isUntouched)) continue;
    const what = `${name}, ${one.name}: ${table} holds what is said`;
    await prover.show(path, holdSame(said, there), what);
  }
}

function isGhost(table: string): boolean {
  return !REGIONS.some(({ fields }) => fields.some((field) => field.name === table));
}

/** The container's laws hold of the state, as it was handed on, or else as can be shown. */
export async function showLawful(path: Path, laws: Law[], prover: Prover): Promise<void> {
  const known = new Set(path.laws.map(anyInstance));
  for (const law of laws) {
    if (!known.has(anyInstance(law))) await prover.showLaw(path, law, `before a call: ${law.name}`);
  }
}

const anyInstances = new WeakMap<Law, Term>();

function anyInstance(law: Law): Term {
  let claim = anyInstances.get(law);
  if (!claim) anyInstances.set(law, (claim = law.says(...anyValues(law))));
  return claim;
}

let calls = 0;

/** The contract in place of the function. */
export function answerOf(contract: Contract, prover: Prover): Answer {
  return async (path, args) => {
    const before = path.state;
    for (const { name, says } of contract.requires(before, args)) {
      await prover.require(path, says, `${contract.name} may be called: ${name}`);
    }
    await showLawful(path, contract.laws(before), prover);
    const number = ++calls;
    const unknown = contract.result
      ? variable(`${contract.name} ${number}`, contract.result)
      : constant(0, 32);
    const returns = [];
    for (const one of contract.cases) {
      const next = path.fork();
      const chosen: Record<string, Term> = {};
      for (const [name, width] of Object.entries(contract.chooses)) {
        chosen[name] = variable(`${contract.name} ${number} ${name}`, width);
      }
      const partial = { args, before, chosen, after: forget(before, one.modifies) };
      const result = one.gives?.(partial) ?? unknown;
      const applies = one.applies(result);
      if (applies === FALSE) continue;
      next.assume(applies);
      const call: Call = { ...partial, result };
      const after = one.effect(call);
      next.state = after;
      for (const law of one.ensures({ ...call, after })) {
        if (law.over.length === 0) next.assume(law.says());
        else next.laws.push(law);
      }
      if (one.modifies.length > 0 || after !== before) next.laws.push(...contract.laws(after));
      next.calls.push({ name: contract.name, args, result, before, after, chosen });
      returns.push({ path: next, result: contract.result ? result : undefined });
    }
    return returns;
  };
}
