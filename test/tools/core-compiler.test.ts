import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CONTRACT_FUNCTIONS } from "../../tools/contract-functions.ts";
import { buildCore } from "../../tools/core-compiler.ts";
import { decode } from "../../verify/wasm/decode.ts";

const CLOCK = "assembly/nat/clock.ts";

const compiler = suite("the core's compiler");

const [core, again] = await Promise.all([buildCore(), buildCore()]);

compiler("makes the same octets every time, and those that are shipped", () => {
  assert.is(Buffer.compare(core.binary, again.binary), 0);
  assert.is(Buffer.compare(core.binary, readFileSync("build/core.wasm")), 0);
});

compiler("writes a manifest beside them", () => {
  assert.equal(JSON.parse(readFileSync("build/core.json", "utf8")), core.manifest);
});

compiler("names every function that has a contract", () => {
  for (const name of CONTRACT_FUNCTIONS) {
    assert.type(core.manifest.functions[name.replace("assembly/", "")], "number", name);
  }
});

compiler("gives each function an index of its own", () => {
  const indices = Object.values(core.manifest.functions).sort((one, other) => one - other);
  assert.equal(indices, [...indices.keys()]);
  assert.is(indices.length, decode(core.binary).functions.length);
});

compiler("gives the exported functions the indices that they are exported by", () => {
  const { exports } = decode(core.binary);
  assert.is(core.manifest.functions["index/process"], exports.get("process")?.index);
  assert.is(core.manifest.functions["nat/settings/configure"], exports.get("configure")?.index);
});

compiler("gives each function the index of one that is called in the same way", () => {
  const { functions } = decode(core.binary);
  for (const [name, index] of Object.entries(core.manifest.functions)) {
    const { params, results } = functions[index]!.type;
    const typed = [...params.map((type) => `param ${type}`), ...results.map((r) => `result ${r}`)];
    assert.equal(typed, signatureIn(core.text, name), name);
  }
});

compiler("takes given text in the place of a file's", async () => {
  const text = readFileSync(CLOCK, "utf8");
  const same = await buildCore({ sources: { [CLOCK]: text } });
  const other = await buildCore({
    sources: { [CLOCK]: text.replace("max(given, now())", "given") },
  });

  assert.is(Buffer.compare(same.binary, core.binary), 0);
  assert.is.not(Buffer.compare(other.binary, core.binary), 0);
});

compiler("refuses text for a file that the core does not have", async () => {
  const problem = await problemWith({ "assembly/nat/clok.ts": "" });
  assert.match(problem, "does not import assembly/nat/clok.ts");
});

compiler("says what is wrong with a source", async () => {
  assert.match(
    await problemWith({ [CLOCK]: "export function now(): u64 { return x; }" }),
    "TS2304",
  );
});

async function problemWith(sources: Record<string, string>): Promise<string> {
  try {
    await buildCore({ sources });
    return "none";
  } catch (error) {
    return (error as Error).message;
  }
}

/** `["param i32", "result i32"]`, as the text has them. */
function signatureIn(text: string, name: string): string[] {
  const line = text.split("\n").find((one) => one.startsWith(` (func $assembly/${name} `));
  const bare = text.split("\n").includes(` (func $assembly/${name}`);
  assert.ok(line ?? bare, name);
  return [...(line ?? "").matchAll(/(param|result)(?: \$\d+)? (i\d\d)/g)].map(
    ([, kind, type]) => `${kind} ${type}`,
  );
}

compiler.run();
