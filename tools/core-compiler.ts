/**
 * Makes WebAssembly modules of assembly/: asc without optimisation, so that functions still have
 * their names; then Binaryen, with the functions of contract-functions.ts kept as such, because
 * they are where one proof ends and the next begins.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import binaryen from "binaryen";
import { CONTRACT_FUNCTIONS } from "./contract-functions.ts";

/** File path, such as "assembly/nat/sender.ts", to the text that takes the place of the file's. */
export type Sources = Record<string, string>;

/** What a module is made of: its entry file, its target in asconfig.json, and changed sources. */
export interface Recipe {
  entry: string;
  target: string;
  sources?: Sources;
}

/** Where to find things in a binary, which has no names. Nobody trusts it: a wrong one proves nothing. */
export interface Manifest {
  /** A function's name, less "assembly/", to its index. */
  functions: Record<string, number>;
}

export interface Built {
  binary: Uint8Array;
  text: string;
  manifest: Manifest;
}

const ROOT = join(import.meta.dirname, "..");
const PREFIX = "assembly/";

/** Nothing that an old sandbox lacks. */
const FEATURES = binaryen.Features.MutableGlobals | binaryen.Features.SignExt;

/** The core; with `sources`, the one that it would be. */
export function buildCore({ sources = {} }: { sources?: Sources } = {}): Promise<Built> {
  return buildModule({ entry: "assembly/index.ts", target: "core", sources });
}

export async function buildModule(recipe: Recipe): Promise<Built> {
  return optimize(await compile(recipe));
}

async function compile({ entry, target, sources = {} }: Recipe): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const unused = new Set(Object.keys(sources));
  const { error, stderr } = await asc.main(
    [entry, "--config", "asconfig.json", "--target", target, "--outFile", "module.wasm"],
    {
      readFile: (file) => {
        unused.delete(file);
        return sources[file] ?? read(join(ROOT, file));
      },
      writeFile: (_file, contents) => {
        if (typeof contents !== "string") binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`${entry}: asc failed.\n${stderr.toString()}`);
  if (unused.size > 0) throw new Error(`${entry}: does not import ${[...unused].join(", ")}.`);
  return binary;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function optimize(unoptimized: Uint8Array): Built {
  const module = binaryen.readBinary(unoptimized);
  module.setFeatures(FEATURES);
  for (const name of CONTRACT_FUNCTIONS) {
    binaryen.setPassArgument("no-inline", name);
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
  const binary = module.emitBinary();
  const manifest = manifestOf(module);
  module.dispose();
  return { binary, text, manifest };
}

/** Functions are written to the binary in the order in which Binaryen holds them. */
function manifestOf(module: binaryen.Module): Manifest {
  const indices = Array.from({ length: module.getNumFunctions() }, (_, index) => index);
  const nameOf = (index: number): string =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(index)).name.replace(PREFIX, "");
  return { functions: Object.fromEntries(indices.map((index) => [nameOf(index), index])) };
}
