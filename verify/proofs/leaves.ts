/** Functions that call nothing: how rings and pools begin, and the sums of octets. */
import * as pools from "../contracts/index-pool.ts";
import * as recency from "../contracts/recency.ts";
import { REGIONS } from "../contracts/layout.ts";
import { type Answer, Machine } from "../symbolic/machine.ts";
import { Memory } from "../symbolic/memory.ts";
import { Octets } from "../symbolic/octets.ts";
import { Path, type State } from "../symbolic/path.ts";
import type { Prover } from "../symbolic/prover.ts";
import { eq, ult } from "../terms/comparisons.ts";
import { ite, truth } from "../terms/logic.ts";
import { variable, type Term } from "../terms/term.ts";
import { CHECKSUM_UNITS } from "./checksums.ts";
import { showLawful } from "./contract.ts";
import { anyState, emptyState, forget } from "./state.ts";
import type { Context, Findings, Unit } from "./unit.ts";

const CLEAR = "structs/recency/clear";
const FILL = "structs/index-pool/fill";
const LINKS = ["next", "previous", "ring", "rank", "rankEnd"];

export const LEAF_UNITS: Unit[] = [
  { name: CLEAR, theorem: "makes empty rings of zeroed links", prove: proveClear },
  { name: FILL, theorem: "makes all labels within the bounds free", prove: proveFill },
  ...CHECKSUM_UNITS,
];

/** Memory as it is at first, as far as the rings go. */
function unlinked(): State {
  const empty = emptyState();
  return anyState().with(...LINKS.map((name) => empty.table(name)));
}

async function proveClear({ module, indexOf, prover }: Context): Promise<Findings> {
  const start = new Path(unlinked(), Octets.arriving());
  const memory = new Memory(REGIONS, prover.require, prover.suggest);
  const machine = new Machine(module, memory, prover, new Map());
  const before = start.state;
  const paths: Path[] = [];
  for await (const { path } of machine.ends(indexOf(CLEAR), [], start)) {
    await proveOnly(path, before, ["next", "previous"], CLEAR, prover);
    const after = recency.cleared(path.state);
    for (const law of recency.laws(after)) await prover.showLaw(path, law, `${CLEAR}: ${law.name}`);
    paths.push(path);
  }
  return { paths };
}

/** Nothing but some tables has been written. */
async function proveOnly(
  path: Path,
  before: State,
  written: readonly string[],
  name: string,
  prover: Prover,
): Promise<void> {
  for (const table of before.names) {
    if (written.includes(table)) continue;
    const isSame = path.state.table(table).isSameAs(before.table(table));
    await prover.show(path, truth(isSame), `${name} leaves ${table} alone`);
  }
}

/** Stands in for clear where no node has been linked since memory was zeroed. */
export function answerClear({ prover }: Context): Answer {
  return async (path) => {
    const before = path.state;
    const isNew = LINKS.every((name) => before.table(name).isSameAs(emptyState().table(name)));
    await prover.require(path, truth(isNew), `${CLEAR} may be called: no node was ever linked`);
    path.state = recency.cleared(forget(before, ["next", "previous"]));
    path.laws.push(...recency.laws(path.state));
    path.calls.push({ name: CLEAR, args: [], result: undefined, before, after: path.state });
    return [{ path, result: undefined }];
  };
}

async function proveFill({ module, indexOf, prover }: Context): Promise<Findings> {
  const before = anyState();
  const args = ["pool", "start", "end"].map((name) => variable(`given ${name}`, 32));
  const start = new Path(before, Octets.arriving());
  start.laws.push(...pools.laws(before), ...pools.unused(before, args[0]!));
  for (const { says } of pools.fillable(args)) start.assume(says);
  const memory = new Memory(REGIONS, prover.require, prover.suggest);
  const machine = new Machine(module, memory, prover, new Map());
  const paths: Path[] = [];
  for await (const { path } of machine.ends(indexOf(FILL), args, start)) {
    await proveOnly(path, before, ["poolFree", "poolEnd"], FILL, prover);
    const said = boundsSet(before, args);
    for (const name of ["poolFree", "poolEnd"]) {
      const at = variable("any pool", 32);
      const claim = eq(said.table(name).read(at), path.state.table(name).read(at));
      await prover.show(path, claim, `${FILL}: ${name} holds what is said`);
    }
    // A ghost, which is what it is said to be.
    const [after, free] = pools.filled(before, forget(said, ["free"]), args);
    path.laws.push(free);
    for (const law of pools.laws(after)) await prover.showLaw(path, law, `${FILL}: ${law.name}`);
    paths.push(path);
  }
  return { paths };
}

function boundsSet(before: State, [pool, start, end]: Term[]): State {
  const last = ite(ult(end!, start!), start!, end!);
  return before.with(
    before.table("poolFree").write(pool!, start!),
    before.table("poolEnd").write(pool!, last),
  );
}

/** Stands in for fill where the pool's row has not been used. */
export function answerFill({ prover }: Context): Answer {
  return async (path, args) => {
    const before = path.state;
    for (const { name, says } of pools.fillable(args)) {
      await prover.require(path, says, `${FILL} may be called: ${name}`);
    }
    await showLawful(path, [...pools.laws(before), ...pools.unused(before, args[0]!)], prover);
    const [after, free] = pools.filled(before, forget(boundsSet(before, args), ["free"]), args);
    path.state = after;
    path.laws.push(free, ...pools.laws(after));
    path.calls.push({ name: FILL, args, result: undefined, before, after });
    return [{ path, result: undefined }];
  };
}
