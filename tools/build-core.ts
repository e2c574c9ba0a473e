/**
 * Builds the WebAssembly modules: asc without optimisation, so that functions still have their
 * names; then Binaryen, with the containers' entry points kept as functions of their own, because
 * they are where one proof ends and the next begins.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import binaryen from "binaryen";
import { CONTRACT_FUNCTIONS } from "./contract-functions.ts";

/** What a module is made of. `replace` swaps source files for others of the same exports. */
interface Recipe {
  name: string;
  entry: string;
  target: string;
  replace?: Record<string, string>;
}

const RECIPES: Recipe[] = [
  { name: "core", entry: "assembly/index.ts", target: "core" },
  { name: "testing", entry: "assembly/testing.ts", target: "core" },
  { name: "nop", entry: "assembly/nop.ts", target: "core" },
  {
    name: "unverified",
    entry: "assembly/index.ts",
    target: "unverified",
    replace: {
      "assembly/structs/endpoint-table.ts": "assembly/unverified/endpoint-table.ts",
      "assembly/structs/session-table.ts": "assembly/unverified/session-table.ts",
    },
  },
];

/** Nothing that an old sandbox lacks. */
const FEATURES = binaryen.Features.MutableGlobals | binaryen.Features.SignExt;

async function compile({ entry, target, replace = {} }: Recipe): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [entry, "--config", "asconfig.json", "--target", target, "--outFile", "module.wasm"],
    {
      readFile: (file, base) => read(join(base, replace[file] ?? file)),
      writeFile: (_file, contents) => {
        if (typeof contents !== "string") binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`${entry}: asc failed.\n${stderr.toString()}`);
  return binary;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function optimize(binary: Uint8Array): { binary: Uint8Array; text: string } {
  const module = binaryen.readBinary(binary);
  module.setFeatures(FEATURES);
  for (const pattern of CONTRACT_FUNCTIONS) {
    binaryen.setPassArgument("no-inline", pattern);
    module.runPasses(["no-inline"]);
  }
  binaryen.setOptimizeLevel(3);
  binaryen.setShrinkLevel(0);
  // Views and rewriting are many small functions: inlined they cost 20 % less a packet, in 4 KB more.
  binaryen.setAlwaysInlineMaxSize(64);
  binaryen.setFlexibleInlineMaxSize(512);
  binaryen.setOneCallerInlineMaxSize(1024);
  for (let round = 0; round < 3; round++) module.optimize();
  const text = module.emitText();
  binaryen.setDebugInfo(false);
  const optimized = module.emitBinary();
  module.dispose();
  return { binary: optimized, text };
}

mkdirSync("build", { recursive: true });
for (const recipe of RECIPES) {
  const { binary, text } = optimize(await compile(recipe));
  const sha256 = createHash("sha256").update(binary).digest("hex");
  writeFileSync(`build/${recipe.name}.wasm`, binary);
  writeFileSync(`build/${recipe.name}.wat`, text);
  console.log(`build/${recipe.name}.wasm  ${binary.length} octets  sha256 ${sha256}`);
  if (recipe.name === "core") writeFileSync("build/core.sha256", `${sha256}  core.wasm\n`);
}
