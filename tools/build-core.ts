/** Builds the WebAssembly modules into build/, the core's with its hash and its manifest. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type Recipe, type Sources, buildModule } from "./core-compiler.ts";

/** A recipe with a file name. */
interface Module extends Recipe {
  name: string;
}

const MODULES: Module[] = [
  { name: "core", entry: "assembly/index.ts", target: "core" },
  { name: "testing", entry: "assembly/testing.ts", target: "core" },
  { name: "nop", entry: "assembly/nop.ts", target: "core" },
  {
    name: "unverified",
    entry: "assembly/index.ts",
    target: "unverified",
    sources: {
      ...replaced("structs/endpoint-table.ts", "unverified/endpoint-table.ts"),
      ...replaced("nat/ahead.ts", "unverified/ahead.ts"),
      ...replaced("structs/session-table.ts", "unverified/session-table.ts"),
    },
  },
];

/** One file of assembly/ in the place of another with the same exports. */
function replaced(file: string, other: string): Sources {
  return { [`assembly/${file}`]: readFileSync(`assembly/${other}`, "utf8") };
}

mkdirSync("build", { recursive: true });
for (const module of MODULES) {
  const { binary, text, manifest } = await buildModule(module);
  const sha256 = createHash("sha256").update(binary).digest("hex");
  writeFileSync(`build/${module.name}.wasm`, binary);
  writeFileSync(`build/${module.name}.wat`, text);
  console.log(`build/${module.name}.wasm  ${binary.length} octets  sha256 ${sha256}`);
  if (module.name !== "core") continue;
  writeFileSync("build/core.sha256", `${sha256}  core.wasm\n`);
  writeFileSync("build/core.json", `${JSON.stringify(manifest, null, 2)}\n`);
}
