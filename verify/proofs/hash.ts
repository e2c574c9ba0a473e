/** The keyed hash: whoever uses it takes it for an unknown function. */
import { Machine } from "../symbolic/machine.ts";
import { Memory } from "../symbolic/memory.ts";
import { Octets } from "../symbolic/octets.ts";
import { Path } from "../symbolic/path.ts";
import { truth } from "../terms/logic.ts";
import { variable } from "../terms/term.ts";
import { anyState } from "./state.ts";
import type { Unit } from "./unit.ts";

const NAME = "structs/hash/digest";

export const HASH_UNIT: Unit = {
  name: NAME,
  theorem: "is a function of its arguments: it ends, and touches no memory",
  prove: async ({ module, indexOf, prover, answers }) => {
    const before = anyState();
    const path = new Path(before, Octets.arriving());
    // Without regions no access is possible.
    const memory = new Memory([], prover.require, prover.suggest);
    const machine = new Machine(module, memory, prover, answers);
    const args = ["word", "k0", "k1"].map((name) => variable(`given ${name}`, 64));
    const paths: Path[] = [];
    for await (const { path: end, result } of machine.ends(indexOf(NAME), args, path)) {
      await prover.show(end, truth(result?.width === 64), "it returns 64 bits");
      await prover.show(end, truth(end.state === before), "memory is as it was");
      paths.push(end);
    }
    return { paths };
  },
};
