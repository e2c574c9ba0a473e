/** That contracts can be kept and can be broken: laws that contradict each other prove anything. */
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { requiresHeader, requiresMessage } from "../../../verify/contracts/checksum.ts";
import type { Contract } from "../../../verify/contracts/contract.ts";
import * as endpoints from "../../../verify/contracts/endpoint-table.ts";
import * as pools from "../../../verify/contracts/index-pool.ts";
import * as recency from "../../../verify/contracts/recency.ts";
import * as sessions from "../../../verify/contracts/session-table.ts";
import { u32 } from "../../../verify/contracts/words.ts";
import { CONTRACTS, answerHash } from "../../../verify/proofs/containers.ts";
import { proveContract } from "../../../verify/proofs/contract.ts";
import { anyState, emptyState } from "../../../verify/proofs/state.ts";
import { openSolver } from "../../../verify/solver/solver.ts";
import { anyValues } from "../../../verify/symbolic/instances.ts";
import { Octets } from "../../../verify/symbolic/octets.ts";
import { Path } from "../../../verify/symbolic/path.ts";
import { Prover } from "../../../verify/symbolic/prover.ts";
import { constant, variable } from "../../../verify/terms/term.ts";
import { decode } from "../../../verify/wasm/decode.ts";

const module = decode(readFileSync("build/core.wasm"));
const { functions } = JSON.parse(readFileSync("build/core.json", "utf8"));
const solver = await openSolver();

async function failuresOf(contract: Contract): Promise<string[]> {
  const prover = new Prover(solver);
  const answers = new Map();
  answerHash({ module, indexOf: (name) => functions[name], prover, answers });
  await proveContract(module, functions[contract.name], contract, answers, prover);
  return prover.failures.map(({ what, answer }) => `${what}: ${answer.status}`);
}

const contracts = suite("contracts");

contracts.after(() => solver.close());

contracts("are refuted where they promise too much", async () => {
  const [put] = endpoints.put.cases;
  const forgetful: Contract = {
    ...endpoints.put,
    cases: [{ ...put!, effect: ({ after }) => after }],
  };
  const failures = await failuresOf(forgetful);

  assert.ok(failures.some((failure) => failure.endsWith("endpoint holds what is said: sat")));
});

contracts("are refuted where they promise something else", async () => {
  const [cleared] = endpoints.clear.cases;
  const other: Contract = {
    ...endpoints.clear,
    cases: [
      {
        ...cleared!,
        effect: ({ args: [slot], after }) =>
          after.with(after.table("endpoint").write(slot!, constant(0, 64))),
      },
    ],
  };
  const failures = await failuresOf(other);

  assert.ok(failures.some((failure) => / keeps: endpoints: an entry .*: sat$/.test(failure)));
});

contracts("are refuted where they require too little", async () => {
  const failures = await failuresOf({ ...endpoints.put, requires: () => [] });

  assert.ok(failures.some((failure) => failure.endsWith("is within endpoint: sat")));
});

contracts("are refuted where they leave a way out", async () => {
  const failures = await failuresOf({
    ...endpoints.place,
    cases: endpoints.place.cases.filter(({ name }) => name !== "no slot"),
  });

  assert.equal(failures, [`${endpoints.place.name} ends in one of its ways: sat`]);
});

contracts("have laws that hold of zeroed memory", async () => {
  const prover = new Prover(solver);
  let empty = emptyState();
  for (const table of ["next", "previous"]) {
    for (let ring = 0; ring < recency.RINGS; ring++) {
      const sentinel = u32(ring << 16);
      empty = empty.with(empty.table(table).write(sentinel, sentinel));
    }
  }
  const path = new Path(empty, Octets.arriving());
  for (const { laws } of [endpoints, sessions, pools]) {
    for (const law of laws(empty)) await prover.showLaw(path, law);
  }
  for (const law of recency.laws(recency.cleared(empty))) await prover.showLaw(path, law);

  assert.equal(
    prover.failures.map(({ what }) => what),
    [],
  );
});

for (const contract of CONTRACTS) {
  contracts(`can be called for: ${contract.name}`, async () => {
    const state = anyState();
    const args = contract.params.map(({ name, width }) => variable(`given ${name}`, width));
    const required = contract.requires(state, args).map(({ says }) => says);
    const laws = contract.laws(state).map((law) => law.says(...anyValues(law)));
    const { status } = await solver.check([...required, ...laws]);

    assert.is(status, "sat");
  });
}

contracts("can be called for: checksums", async () => {
  const [from, octets, length] = ["from", "octets", "size"].map((name) => variable(name, 32));
  for (const requires of [requiresHeader, requiresMessage]) {
    const claims = requires(from!, octets!, length!).map(({ says }) => says);

    assert.is((await solver.check(claims)).status, "sat");
  }
});

contracts.run();
