/** That tables hold what they held. */
import type { Path, State } from "../symbolic/path.ts";
import type { Prover } from "../symbolic/prover.ts";
import { truth } from "../terms/logic.ts";

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
    const isSame = now.table(name).isSameAs(before.table(name));
    await prover.show(path, truth(isSame), `${name} is left alone, ${when}`);
  }
}
