/** reclaim, against its contract. */
import { remove } from "../contracts/recency.ts";
import { reclaim } from "../contracts/reclaim.ts";
import { ZERO } from "../contracts/words.ts";
import { answerContainers } from "./containers.ts";
import { proveContract } from "./contract.ts";
import type { Unit } from "./unit.ts";

export const RECLAIM_UNIT: Unit = {
  name: reclaim.name,
  theorem:
    "takes ports only from mappings that have rested, and from one if any in the ring has for a tick",
  prove: async (context) => {
    answerContainers(context);
    const { module, answers, prover } = context;
    const paths = await proveContract(
      module,
      context.indexOf(reclaim.name),
      reclaim,
      answers,
      prover,
      (path) => ({
        reclaimed: path.calls.find(({ name }) => name === remove.name)?.args[0] ?? ZERO,
      }),
    );
    return { paths };
  },
};
