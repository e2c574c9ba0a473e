/** What ports, their labels and the pools have to do with each other, after senderMapping has looked for one. */
import * as pools from "../contracts/index-pool.ts";
import * as nat from "../contracts/nat.ts";
import { labelOf } from "../contracts/sorts.ts";
import { isZero } from "../contracts/words.ts";
import type { Call, Path } from "../symbolic/path.ts";
import type { Prover } from "../symbolic/prover.ts";
import { extract } from "../terms/bits.ts";
import { eq, ult } from "../terms/comparisons.ts";
import { all, implies } from "../terms/logic.ts";
import { constant, type Term } from "../terms/term.ts";
import { nodeOf } from "./abstraction.ts";
import type { Sending } from "./calls.ts";
import { ANY_PORT } from "./spec-run.ts";

/** That no port of the range is without a mapping, and that none was reclaimed. */
export async function showNoneLeft(
  end: Path,
  reclaims: Call[],
  { protocol, from }: Sending,
  prover: Prover,
): Promise<void> {
  // Else there would be its port.
  for (const { chosen } of reclaims) await prover.suggest(end, isZero(chosen!["reclaimed"]!));
  const { after } = reclaims.at(-1)!;
  const node = nodeOf(protocol, ANY_PORT);
  const label = nat.labelLaw(after).says(labelOf(node));
  await prover.require(end, label, "what is known of a label is known of every port's");
  const isThere = implies(nat.isInRange(after, ANY_PORT), nat.exists(after, node));
  const cases = [from.port, ANY_PORT].flatMap(classOf);
  await prover.showCases(end, isThere, "every port of the range has a mapping", cases);
  end.assume(isThere);
}

/** Whether a port was taken; if so, that it is one of the range, and of its pool's kind. */
export async function showTaken(end: Path, internalPort: Term, prover: Prover): Promise<boolean> {
  const taken = end.calls.findLast(({ name }) => name === pools.take.name);
  if (!taken || end.facts.decide(eq(taken.result!, pools.NONE)) !== false) return false;
  const { before, result } = taken;
  const pool = taken.args[0]!;
  const label = pools.rowAnd(pool, result!);
  const known = nat.labelLaw(before).says(label);
  await prover.require(end, known, "what is known of a label is known of the port's");
  const isInRange = nat.isInRange(end.state, extract(nat.nodeOfLabel(label), 15, 0));
  await prover.require(end, isInRange, "a port that is taken is one of the range");
  const isOfPool = all(
    pools.isOf(before, label, pool),
    pools.isStationed(before, pool),
    eq(nat.poolOfLabel(label), pool),
  );
  const what = "a port that is taken is of the pool's range and parity";
  await prover.showCases(end, isOfPool, what, classOf(internalPort));
  end.assume(isOfPool);
  return true;
}

/** What the pool of a port depends on: its range and its parity. */
export function classOf(port: Term): Term[] {
  return [ult(port, constant(1024, 16)), eq(extract(port, 0, 0), constant(1, 1))];
}
