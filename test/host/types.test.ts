/** What a program that imports the library sees of it: compiled here as strictly as any may be. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { temporaryFolder } from "./support.ts";

const types = suite("published types");

const isBuilt = existsSync("dist/host/index.d.ts");
if (!isBuilt)
  process.stderr.write('skipped: published types: there is no dist. "npm run build".\n');
const test = isBuilt ? types : types.skip;

const CONSUMER = `
import { type Mapping, Outcome, Side, createNat, settingsFrom, Nat } from "provenat";

const core: Uint8Array<ArrayBuffer> = new Uint8Array(8);
const nat: Nat = createNat({ externalAddress: "203.0.113.1", core });
const { outcome, packet } = nat.translate(new Uint8Array(20), Side.Internal, 0);
export const octets: number = outcome === Outcome.Outbound ? packet.length : 0;
export const live: Mapping[] = [...nat.mappings()].filter((mapping) => mapping.live);
export const other = new Nat(settingsFrom({ externalAddress: "203.0.113.2" }), core);
`;

/** The constants that the package keeps to itself, and a type that it ought to keep to itself, too. */
const INTRUDER = `
import { FIRST_DROP } from "./node_modules/provenat/dist/assembly/abi.js";
export const first: number = FIRST_DROP;
export const word: u32 = 1;
`;

/** What tsc has to say of a program that imports the library. */
function complaints(source: string, ambient: string[]): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
  symlinkSync(resolve("."), join(folder, "node_modules/provenat"));
  symlinkSync(resolve("node_modules/@types/node"), join(folder, "node_modules/@types/node"));
  const compilerOptions = {
    ...{ target: "es2023", lib: ["es2023"], module: "nodenext", types: ambient },
    ...{ strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: false },
  };
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  const files = ["consumer.ts"];
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  writeFileSync(join(folder, "consumer.ts"), source);
  const { stdout } = spawnSync(resolve("node_modules/.bin/tsc"), ["-p", folder], {
    cwd: folder,
    encoding: "utf8",
  });
  return stdout;
}

for (const ambient of [[], ["node"]]) {
  const where = ambient.length > 0 ? "with" : "without";
  test(`are sound in a program ${where} those of Node.js`, () => {
    assert.is(complaints(CONSUMER, ambient), "");
  });
}

test("add no global name of AssemblyScript to a program", () => {
  assert.is(complaints(INTRUDER, []), "consumer.ts(4,20): error TS2304: Cannot find name 'u32'.\n");
});

test("name no type that is declared nowhere in the package", () => {
  assert.not.match(readFileSync("dist/assembly/abi.d.ts", "utf8"), /: (?!number;)\w+;/);
});

types.run();
