import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const build = suite<{ folder: string }>("build");

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const HEADERS = dirname(createRequire(import.meta.url).resolve("node-api-headers/package.json"));

build.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), "af-xdp-"));
  const withoutBuild = (path: string) => !/\/(build|test|node_modules)$/.test(path);
  cpSync(PACKAGE, context.folder, { recursive: true, filter: withoutBuild });
  mkdirSync(join(context.folder, "node_modules"));
  symlinkSync(HEADERS, join(context.folder, "node_modules/node-api-headers"));
});

build.after.each(({ folder }) => rmSync(folder, { recursive: true }));

/** Runs the install script, or another one, in `folder`. */
function run(folder: string, env: NodeJS.ProcessEnv = {}, ...command: string[]) {
  const script = command.length > 0 ? command : ["build.js"];
  const options = { cwd: folder, env: { ...process.env, ...env }, encoding: "utf8" } as const;
  return spawnSync(process.execPath, script, options);
}

const OPTIONS = `{
  memory: new Uint8Array(65536),
  umem: { start: 0, frames: 32 },
  interfaces: [{ name: "natlan", take: { addresses: [], destinations: "all-but" } }],
}`;

const OPEN = `import { openGroup } from "./index.js";
try { openGroup(${OPTIONS}) } catch (error) { console.log(error.message, error.code) }`;

for (const [what, compiler, problem] of [
  ["there is no compiler", "/nowhere/cc", "no C compiler (tried /nowhere/cc)"],
  ["the compiler fails", "false", "false failed"],
] as const) {
  build(`warns in one line and succeeds if ${what}`, ({ folder }) => {
    const { status, stderr, stdout } = run(folder, { CC: compiler });
    assert.is(status, 0);
    assert.is(
      stdout + stderr,
      `af-xdp: the native part was not built: ${problem}. AF_XDP sockets cannot be opened; ` +
        "everything else works. Install gcc and run `npm rebuild af-xdp`.\n",
    );
    assert.not(existsSync(join(folder, "build/af_xdp.node")));
  });
}

build("that was not made stops nothing until a group is opened", ({ folder }) => {
  const { stdout } = run(folder, {}, "--input-type=module", "--eval", OPEN);
  assert.is(
    stdout,
    "natlan: loading the native part failed: it was not built (MODULE_NOT_FOUND). " +
      "Install gcc and run `npm rebuild af-xdp`. MODULE_NOT_FOUND\n",
  );
});

const hasCompiler = !spawnSync("cc", ["--version"]).error;
if (!hasCompiler) process.stderr.write("skipped: build, in part: there is no C compiler.\n");

(hasCompiler ? build : build.skip)("compiles without a warning, and only once", ({ folder }) => {
  const { status, stderr, stdout } = run(folder, { CC: "cc -Werror" });
  assert.is(stdout + stderr, "");
  assert.is(status, 0);

  const output = join(folder, "build/af_xdp.node");
  const built = statSync(output).mtimeMs;
  run(folder);
  assert.is(statSync(output).mtimeMs, built);
});

build.run();
