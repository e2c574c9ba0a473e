import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { prove, proveUnit } from "../../verify/prove.ts";
import type { Findings, Unit } from "../../verify/proofs/unit.ts";
import { refute, unitsOf } from "../../verify/refute.ts";
import { Octets } from "../../verify/symbolic/octets.ts";
import { Path, State } from "../../verify/symbolic/path.ts";
import { eq } from "../../verify/terms/comparisons.ts";
import { no } from "../../verify/terms/logic.ts";
import { TRUE, constant, variable } from "../../verify/terms/term.ts";
import { decode } from "../../verify/wasm/decode.ts";

const bytes = new Uint8Array(readFileSync("build/core.wasm"));
const manifest = JSON.parse(readFileSync("build/core.json", "utf8"));
const { functions } = manifest;

const proving = suite("proving a unit");

proving("proves what is so, and says what it took", async () => {
  const report = await proveUnit(bytes, functions, "structs/endpoint-table/clear");

  assert.is(report.status, "proved");
  assert.equal(report.failures, []);
  assert.ok(report.paths > 0 && report.shown > 0 && report.queries > 0);
  assert.ok(report.instructions.paths[0]!.own > 0);
});

proving("counts what the functions that it calls are asked for", async () => {
  const report = await proveUnit(bytes, functions, "structs/endpoint-table/clear");

  const called = report.instructions.paths.flatMap(({ calls }) => Object.keys(calls));
  assert.equal(new Set(called), new Set(report.answered));
});

proving("writes down each path", async () => {
  let trace = "";
  const collect = (text: string): void => {
    trace += text;
  };
  await proveUnit(bytes, functions, "structs/endpoint-table/put", { trace: collect });

  assert.match(trace, /^path 1 of 1, \d+ instructions$/m);
  assert.match(trace, /^  where .*given_key/m);
  assert.match(trace, /^  writes endpoint\[given_slot/m);
  assert.match(trace, /^  shown  the element is within endpoint/m);
});

proving("refutes what is not so, with values for which it is not", async () => {
  const report = await proveUnit(broken(), functions, "structs/endpoint-table/put");

  assert.is(report.status, "refuted");
  const lines = report.failures.flatMap(({ counterexample = [] }) => counterexample);
  assert.ok(lines.some((line) => /^given key = /.test(line)));
});

proving("replays the first counterexample on the module itself", async () => {
  const report = await proveUnit(broken(), functions, "structs/endpoint-table/put");

  const [{ counterexample = [] } = {}] = report.failures;
  const valueOf = (name: string): string =>
    counterexample.find((line) => line.startsWith(`${name} = `))!.split(" = ")[1]!;
  const given = ["given slot", "given key", "given value"].map(valueOf).join(", ");
  assert.ok(counterexample.includes(`in V8, structs/endpoint-table/put(${given}) returns`));
});

proving("knows of no other units", async () => {
  try {
    await proveUnit(bytes, functions, "structs/endpoint-table");
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, "structs/endpoint-table: there is no such unit");
  }
});

const path = (): Path => new Path(State.of([]), Octets.arriving());
const x = variable("x", 32);
const impossible = [eq(x, constant(1, 32)), no(eq(x, constant(1, 32)))];

const LACKS: [what: string, expected: string, prove: Unit["prove"]][] = [
  [
    "no path",
    "no path comes to its end",
    async ({ prover }) => {
      await prover.show(path(), TRUE, "the truth");
      return { paths: [] };
    },
  ],
  ["nothing to show", "there was nothing to show", async () => ({ paths: [path()] })],
  [
    "assumptions that cannot be",
    "what is assumed is never so",
    async ({ prover }): Promise<Findings> => {
      const nowhere = path();
      for (const claim of impossible) nowhere.assume(claim);
      await prover.show(nowhere, eq(x, constant(2, 32)), "anything");
      return { paths: [nowhere] };
    },
  ],
  [
    "an error",
    "the manifest has no nat/tea",
    async ({ indexOf }) => ({ paths: [], x: indexOf("nat/tea") }),
  ],
];

for (const [what, expected, prover] of LACKS) {
  proving(`gives up on a unit with ${what}`, async () => {
    const unit = { name: "unit", theorem: "is so", prove: prover };
    const report = await prove(bytes, functions, unit);

    assert.is(report.status, "gave up");
    assert.ok(report.failures.some((failure) => failure.what === expected));
  });
}

proving("gives up on octets that are no module", async () => {
  const report = await proveUnit(bytes.subarray(0, -1), functions, "structs/hash/digest");

  assert.is(report.status, "gave up");
  assert.is(report.failures.length, 1);
});

proving.run();

const refuting = suite("refuting a function");

refuting("finds the units of a function by the end of its name", () => {
  assert.equal(unitsOf("endpoint-table/put", functions), ["structs/endpoint-table/put"]);
  assert.equal(unitsOf("table/put", functions), []);
});

refuting("says what is false, and where", async () => {
  const { status, theorem, counterexample } = await refute(
    broken(),
    manifest,
    "endpoint-table/put",
  );

  assert.is(status, "refuted");
  assert.match(theorem!, /^structs\/endpoint-table\/put: /);
  assert.match(counterexample!, /given key = /);
});

refuting("takes no wrong guess for a counterexample", async () => {
  assert.equal(await refute(bytes, manifest, "checksum/messageIsValid"), { status: "proved" });
});

refuting("gives up where there is no unit, and finds nothing where nothing is", async () => {
  assert.is((await refute(bytes, manifest, "tea/brew")).status, "gave up");
  assert.equal(await refute(bytes, manifest, "endpoint-table/clear"), { status: "proved" });
});

refuting.run();

/** The core, but key and value of an entry are not put side by side: i64.or is i64.and. */
function broken(): Uint8Array {
  const put = decode(bytes).functions[functions["structs/endpoint-table/put"]]!;
  const { at } = put.code.find(({ op }) => op === "i64.or")!;
  const copy = bytes.slice();
  copy[at] = 0x83;
  return copy;
}
