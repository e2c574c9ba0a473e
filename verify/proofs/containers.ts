/** The containers' functions, each against its contract. */
import type { Contract } from "../contracts/contract.ts";
import * as endpoints from "../contracts/endpoint-table.ts";
import * as pools from "../contracts/index-pool.ts";
import * as recency from "../contracts/recency.ts";
import * as sessions from "../contracts/session-table.ts";
import { apply } from "../terms/term.ts";
import { answerOf, proveContract, type Witness } from "./contract.ts";
import type { Context, Unit } from "./unit.ts";

/** Every contract, by the function's name. */
export const CONTRACTS: Contract[] = [
  endpoints.find,
  endpoints.recall,
  endpoints.place,
  endpoints.put,
  endpoints.clear,
  sessions.find,
  sessions.put,
  pools.take,
  pools.give,
  recency.append,
  recency.remove,
];

const WITNESSES: Record<string, Witness> = {
  [sessions.put.name]: (path) => {
    const place = path.state.table("sessionKey").written[0];
    return place ? { place: place.index } : {};
  },
};

/** Which of them call others. */
const CALLED: Record<string, Contract[]> = { [endpoints.recall.name]: [endpoints.find] };

/** Stands in for the keyed hash: any function of its arguments. */
export function answerHash(context: Context): void {
  const name = "structs/hash/digest";
  context.answers.set(context.indexOf(name), async (path, args) => {
    const result = apply("digest", 64, ...args);
    path.calls.push({ name, args, result, before: path.state, after: path.state });
    return [{ path, result }];
  });
}

/** Stands in for the containers in the functions that use them. */
export function answerContainers(context: Context): void {
  answerHash(context);
  for (const contract of CONTRACTS) {
    context.answers.set(context.indexOf(contract.name), answerOf(contract, context.prover));
  }
}

export const CONTAINER_UNITS: Unit[] = CONTRACTS.map((contract) => ({
  name: contract.name,
  theorem: "keeps its contract and the container's laws",
  prove: async (context) => {
    answerHash(context);
    const index = context.indexOf(contract.name);
    const { module, answers, prover } = context;
    for (const called of CALLED[contract.name] ?? []) {
      answers.set(context.indexOf(called.name), answerOf(called, prover));
    }
    const witness = WITNESSES[contract.name];
    return { paths: await proveContract(module, index, contract, answers, prover, witness) };
  },
}));
