/** That tables, and the octets of a packet, hold what they held. */
import { SORT_OF, WIDTH_OF } from "../contracts/sorts.ts";
import type { Path, State } from "../symbolic/path.ts";
import type { Prover } from "../symbolic/prover.ts";
import type { Table } from "../symbolic/table.ts";
import { eq } from "../terms/comparisons.ts";
import { FALSE, TRUE, variable, type Term } from "../terms/term.ts";

/** No table but some has been written between two moments of a path. */
export async function showUnchanged(
  path: Path,
  now: State,
  before: State,
  changed: readonly string[],
  when: string,
  prover: Prover,
): Promise<void> {
  for (const name of now.names) {
    if (changed.includes(name)) continue;
    const claim = holdSame(now.table(name), before.table(name));
    await prover.show(path, claim, `${name} is left alone, ${when}`);
  }
}

/** Two moments of a table are alike, whatever the index. */
export function holdSame(one: Table, other: Table): Term {
  if (one.isSameAs(other)) return TRUE;
  const at = variable("any index", WIDTH_OF[SORT_OF[one.name] ?? ""] ?? 32);
  return eq(one.read(at), other.read(at));
}

/** Nothing has been written into the packet: who reads on reads what arrived. */
export async function showUnwritten(path: Path, who: string, prover: Prover): Promise<void> {
  const isSo = path.octets.isAsArrived;
  await prover.require(path, isSo ? TRUE : FALSE, `${who}: the packet is as it arrived`);
}
