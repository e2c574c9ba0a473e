import { suite } from "uvu";
import * as assert from "uvu/assert";
import { buildCore } from "../../../tools/core-compiler.ts";
import { judgesIn } from "../../../verify/mutants/judges.ts";

const { binary, manifest } = await buildCore();

const FAULT_IN = "nat/quoted/faultIn";
const TRANSLATE = "nat/packet/translate";

/** The core's, with names for some of its functions that no unit knows. */
function judgesWithout(...unknown: string[]): (name: string) => string[] {
  const named = Object.entries(manifest.functions).map(([name, index]): [string, number] => [
    unknown.includes(name) ? `unknown/${name}` : name,
    index,
  ]);
  return judgesIn({ binary, manifest: { functions: Object.fromEntries(named) } });
}

const judges = suite("the judges of a function");

judges("are itself, if it has a proof of its own", () => {
  for (const name of [TRANSLATE, "structs/hash/digest", "nat/settings/configure"]) {
    assert.equal(judgesWithout()(name), [name]);
  }
});

judges("are else its nearest callers that have one", () => {
  assert.equal(judgesWithout()(FAULT_IN), [TRANSLATE]);
  assert.equal(judgesWithout(TRANSLATE)(FAULT_IN), ["index/process"]);
});

judges("are all of those, each once", () => {
  const take = "structs/index-pool/take";
  const append = "structs/recency/append";
  assert.equal(judgesWithout(take)(`unknown/${take}`), ["nat/sender/senderMapping"]);
  assert.equal(judgesWithout(append)(`unknown/${append}`), [
    "nat/sender/senderMapping",
    "nat/receiver/receive",
  ]);
});

judges("are itself, if there is no other", () => {
  const all = Object.keys(manifest.functions);
  const name = `unknown/${FAULT_IN}`;
  assert.equal(judgesWithout(...all)(name), [name]);
});

judges.run();
