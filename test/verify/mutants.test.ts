/**
 * That the mutants are such: each has one place in the source to change. That each compiles, to other
 * octets than the core's, shows when verify/mutants/run.ts makes them; here a few do.
 */
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Built, buildCore } from "../../tools/core-compiler.ts";
import { binaryMutant } from "../../verify/mutants/binary.ts";
import { type Unit, UNITS, unitOf } from "../../verify/mutants/mutant.ts";
import {
  type Candidate,
  type Finding,
  runMutants,
  sourceCandidate,
} from "../../verify/mutants/run.ts";
import { sample, standard } from "../../verify/mutants/choice.ts";
import { changedFunctions } from "../../verify/mutants/difference.ts";
import { judgesIn } from "../../verify/mutants/judges.ts";
import { SOURCE_MUTANTS, changed } from "../../verify/mutants/source.ts";
import { trial } from "../../verify/mutants/trial.ts";
import { decode } from "../../verify/wasm/decode.ts";
import type { Instruction } from "../../verify/wasm/module.ts";

const core = await buildCore();

const source = suite("mutants of the source");

source("each have a name of their own", () => {
  const names = SOURCE_MUTANTS.map(({ name }) => name);
  assert.equal(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
  for (const name of names) assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
});

source("each change their file in one place", () => {
  for (const mutant of SOURCE_MUTANTS) {
    const text = readFileSync(mutant.file, "utf8");
    assert.is.not(changed(mutant, text), text, mutant.name);
  }
});

source("say what a user would see, in a sentence", () => {
  for (const { name, says } of SOURCE_MUTANTS) assert.match(says, /^[A-Z].*\.$/, name);
});

source("are there for every unit, which the core has as a function", () => {
  const mutated = new Set(SOURCE_MUTANTS.map(({ unit }) => unit));
  const present = Object.keys(core.manifest.functions).map(unitOf);
  for (const unit of UNITS) {
    assert.ok(mutated.has(unit), unit);
    assert.ok(present.includes(unit), unit);
  }
});

source("are refused when their place is gone, or there are two", () => {
  const mutant = SOURCE_MUTANTS[0]!;
  assert.throws(() => changed(mutant, ""), "has 0 places to change");
  assert.throws(() => changed(mutant, mutant.from + mutant.from), "has 2 places to change");
});

source.run();

const octets = suite("mutants of the octets");

octets("differ from the core in one octet, inside a function that their unit judges", () => {
  const judgesOf = judgesIn(core);
  for (let seed = 1; seed <= 200; seed++) {
    const { binary, unit, says } = mutantOf(core, seed);
    const changes = [...binary.keys()].filter((at) => binary[at] !== core.binary[at]);
    assert.is(binary.length, core.binary.length);
    assert.is(changes.length, 1, says);

    const before = decode(core.binary).functions;
    const differing = decode(binary).functions.filter(
      ({ code, index }) => plain(code) !== plain(before[index]!.code),
    );
    const [name] = Object.entries(core.manifest.functions).find(
      ([, i]) => i === differing[0]?.index,
    )!;
    assert.is(unitOf(judgesOf(name)[0]!), unit, says);
  }
});

octets("are the same for the same seed, and mostly others for another", () => {
  const made = Array.from({ length: 100 }, (_, seed) => mutantOf(core, seed).says);
  assert.equal(mutantOf(core, 7).says, made[7]);
  assert.ok(new Set(made).size > 90);
});

octets("come to every unit", () => {
  const units = new Set(Array.from({ length: 500 }, (_, seed) => mutantOf(core, seed).unit));
  assert.equal(
    UNITS.filter((unit) => !units.has(unit)),
    [],
  );
});

octets.run();

const choice = suite("the choice of mutants");

choice("has every known defect and every unit in its standard", () => {
  const chosen = standard(SOURCE_MUTANTS, 1);
  const units = new Set(chosen.map(({ unit }) => unit));
  assert.is(units.size, UNITS.length);
  for (const mutant of SOURCE_MUTANTS) {
    if (mutant.defect !== undefined) assert.ok(chosen.includes(mutant), mutant.name);
  }
  assert.ok(chosen.length >= 45 && chosen.length <= 60, `${chosen.length}`);
});

choice("samples as many units as it can, and as many mutants as asked for", () => {
  for (const count of [1, 5, UNITS.length, 100, SOURCE_MUTANTS.length]) {
    const chosen = sample(SOURCE_MUTANTS, count);
    assert.is(new Set(chosen).size, count);
    const units = new Set(chosen.map(({ unit }) => unit));
    assert.is(units.size, Math.min(count, UNITS.length));
  }
  assert.is(sample(SOURCE_MUTANTS, 1000).length, SOURCE_MUTANTS.length);
});

choice.run();

const trials = suite("a trial");

trials("is of the functions that changed, by name", () => {
  assert.equal(changedFunctions(core, core), []);
  const mutant = mutantOf(core, 1);
  const [name, ...others] = changedFunctions(core, { ...core, binary: mutant.binary });
  assert.is(unitOf(judgesIn(core)(name!)[0]!), mutant.unit);
  assert.equal(others, []);
});

trials("refutes a mutant, of whatever unit it is said to be", async () => {
  const mutant = await built("endpoint-put-beside");
  const { status, theorem } = await trial(core, mutant, "process", { limitMs: 120_000 });

  assert.is(status, "refuted");
  assert.match(theorem!, /^structs\/endpoint-table\/put: /);
});

trials("refutes what writes more than it should, and is otherwise right", async () => {
  const mutant = await built("clear-takes-slots");
  assert.equal(await trial(core, mutant, "recency/clear", { limitMs: 120_000 }), {
    status: "refuted",
    theorem: "structs/recency/clear: structs/recency/clear leaves slot alone",
  });
});

trials("asks the callers of a function that has no unit", async () => {
  const mutant = await built("quoted-version-ignored");
  assert.equal(changedFunctions(core, mutant), ["nat/quoted/faultIn"]);
  assert.equal(await trial(core, mutant, "packet/translate", { limitMs: 1 }), {
    status: "gave up",
    theorem: "nat/packet/translate: no answer in 0 s",
  });
});

trials("has refuted nothing where the core is refuted too", async () => {
  const mutant = await built("endpoint-put-beside");
  const control = async (): Promise<Finding> => ({ status: "refuted", theorem: "it is wrong" });
  assert.equal(await trial(core, mutant, "endpoint-table/put", { limitMs: 120_000, control }), {
    status: "gave up",
    theorem: "structs/endpoint-table/put of the core: it is wrong",
  });
});

trials("does not refute the core, nor what it has no time for", async () => {
  assert.is((await trial(core, core, "process", { limitMs: 120_000 })).status, "proved");

  const mutant = await built("endpoint-put-beside");
  const late = await trial(core, mutant, "endpoint-table/put", { limitMs: 1 });
  assert.equal(late, {
    status: "gave up",
    theorem: "structs/endpoint-table/put: no answer in 0 s",
  });
});

trials.run();

const runner = suite("the runner of mutants");

const FINDINGS: Record<string, Finding> = {
  refuted: { status: "refuted", theorem: "the checksum stays true", counterexample: "4500" },
  proved: { status: "proved" },
  late: { status: "gave up", theorem: "the ring stays a ring" },
};

runner("passes when each mutant is refuted, or known to be equivalent", async () => {
  const { passed, lines } = await run(["refuted", "proved"], { proved: "It is the same." });

  assert.ok(passed);
  assert.equal(lines, [
    "killed      refuted  the checksum stays true  4500",
    "equivalent  proved  It is the same.",
    "1 killed, 0 survived, 0 gave up, 1 equivalent",
  ]);
});

runner("fails when a mutant is proved", async () => {
  const { passed, lines } = await run(["proved"]);

  assert.not.ok(passed);
  assert.equal(lines, [
    "SURVIVED    proved  process: It is wrong.",
    "0 killed, 1 survived, 0 gave up",
  ]);
});

runner("fails when the verifier does not decide, or does not work", async () => {
  const { passed, lines } = await run(["late", "unheard-of"]);

  assert.not.ok(passed);
  assert.is(lines[0], "GAVE UP     late  the ring stays a ring");
  assert.match(lines[1]!, /^GAVE UP     unheard-of  /);
  assert.is(lines[2], "0 killed, 0 survived, 2 gave up");
});

runner("fails when there is nothing to run", async () => {
  assert.not.ok((await run([])).passed);
});

runner.run();

function mutantOf({ binary, manifest }: Built, seed: number): ReturnType<typeof binaryMutant> {
  return binaryMutant(binary, manifest.functions, seed);
}

async function built(name: string): ReturnType<Candidate["build"]> {
  return sourceCandidate(SOURCE_MUTANTS.find((one) => one.name === name)!).build();
}

/** Instructions as text. */
function plain(code: Instruction[]): string {
  return code
    .map((one) => `${one.op} ${one.value ?? one.offset ?? one.immediate ?? ""}`)
    .join("\n");
}

/** Runs mutants named after their findings; those with a reason are listed as equivalent. */
async function run(
  names: string[],
  reasons: Record<string, string> = {},
): Promise<{ passed: boolean; lines: string[] }> {
  const lines: string[] = [];
  const made = new Map<Uint8Array, Finding | undefined>();
  const candidates = names.map((name): Candidate => {
    const binary = new Uint8Array(0);
    made.set(binary, FINDINGS[name]);
    const build = async (): ReturnType<Candidate["build"]> => ({ binary, manifest: core.manifest });
    const reason = reasons[name];
    const mutant = { name, unit: "process" as const, says: "It is wrong.", build };
    return reason === undefined ? mutant : { ...mutant, equivalent: reason };
  });
  const refute = async (binary: Uint8Array, _: unknown, unit: Unit): Promise<Finding> => {
    const finding = made.get(binary);
    if (!finding) throw new Error(`no finding for ${unit}`);
    return finding;
  };
  const passed = await runMutants(candidates, refute, (line) => {
    lines.push(line.replace(/  \(\d+ s\)$/, ""));
  });
  return { passed, lines };
}
