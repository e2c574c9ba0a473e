/**
 * The install script: compiles src/ into build/af_xdp.node with the system's C compiler.
 *
 * Node-API is ABI-stable and its headers come from npm, so there is no node-gyp and no download.
 * Without a compiler the install still succeeds: only opening a group needs the addon.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FLAGS = "-O2 -Wall -Wextra -shared -fPIC -fvisibility=hidden -DNAPI_VERSION=8";

const here = fileURLToPath(new URL(".", import.meta.url));
const sources = readdirSync(join(here, "src")).map((name) => join(here, "src", name));
const output = join(here, "build", "af_xdp.node");

if (!isUpToDate()) {
  const problem = compile();
  if (problem) warn(problem);
}

function isUpToDate() {
  if (!existsSync(output)) return false;
  const built = statSync(output).mtimeMs;
  return [...sources, join(here, "build.js")].every((file) => statSync(file).mtimeMs < built);
}

/** Returns what went wrong, or "". */
function compile() {
  const include = headers();
  if (!include) return "the package node-api-headers is not installed";
  mkdirSync(join(here, "build"), { recursive: true });

  // Renamed into place, since a process may be running the old one.
  const unfinished = `${output}.${process.pid}`;
  const units = sources.filter((name) => name.endsWith(".c"));
  const compiler = spawnCompiler([...FLAGS.split(" "), `-I${include}`, ...units, "-o", unfinished]);
  if (compiler.status === 0) renameSync(unfinished, output);
  else rmSync(unfinished, { force: true });
  return compiler.problem;
}

function headers() {
  try {
    return createRequire(import.meta.url)("node-api-headers").include_dir;
  } catch {
    return "";
  }
}

/** Runs $CC, which may carry arguments ("ccache gcc"), or else the first of cc and gcc there is. */
function spawnCompiler(args) {
  const candidates = process.env.CC ? [process.env.CC] : ["cc", "gcc"];
  for (const candidate of candidates) {
    const [command, ...first] = candidate.trim().split(/\s+/);
    const { error, status, stderr } = spawnSync(command, [...first, ...args], { encoding: "utf8" });
    if (error) continue;
    if (stderr) process.stderr.write(stderr);
    return { status, problem: status === 0 ? "" : `${candidate} failed` };
  }
  return { status: null, problem: `no C compiler (tried ${candidates.join(", ")})` };
}

function warn(problem) {
  console.warn(
    `af-xdp: the native part was not built: ${problem}. AF_XDP sockets cannot be opened; ` +
      "everything else works. Install gcc and run `npm rebuild af-xdp`.",
  );
}
