/**
 * Copies of provenat as it is built when the bench begins, one for each core: a long bench is not to
 * change because somebody builds something meanwhile.
 */
import { createHash } from "node:crypto";
import {
  cpSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";

/** A core, by its file in build/. */
export type Core = "core" | "unverified" | "nop";

/** The path of the command of a copy whose core is `core`. */
export function stage(folder: string, core: Core): string {
  const copy = join(folder, `provenat-${core}`);
  cpSync("dist", join(copy, "dist"), { recursive: true });
  cpSync("package.json", join(copy, "package.json"));
  mkdirSync(join(copy, "build"));
  // The command knows its core by name.
  cpSync(`build/${core}.wasm`, join(copy, "build", "core.wasm"));
  mkdirSync(join(copy, "node_modules"));
  for (const name of packages()) {
    const from = realpathSync(join("node_modules", name));
    const to = join(copy, "node_modules", name);
    if (isOurs(name)) cpSync(from, to, { recursive: true });
    else symlinkSync(from, to);
  }
  return join(copy, "dist", "host", "cli.js");
}

/** A hash of what copies are made from, but for the cores. */
export function fingerprint(): string {
  const hash = createHash("sha256");
  const folders = packages()
    .filter(isOurs)
    .map((name) => realpathSync(join("node_modules", name)));
  for (const folder of ["dist", ...folders]) {
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
    for (const path of names.filter((name) => /\.(js|node)$/.test(name))) {
      hash.update(readFileSync(join(folder, path)));
    }
  }
  return hash.digest("hex");
}

function packages(): string[] {
  return readdirSync("node_modules").filter((name) => !name.startsWith("."));
}

/** Links are parts of this repository, with native code of their own. */
function isOurs(name: string): boolean {
  return lstatSync(join("node_modules", name)).isSymbolicLink();
}
