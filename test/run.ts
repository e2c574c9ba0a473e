/**
 * Runs the test files, one process each, and ends with the line `N passed, M failed, K skipped`.
 *
 *     tsx test/run.ts [part of a path ...]
 *
 * uvu by itself says nothing of a file that registers no test or is never found, so this does: a
 * file without a test, or a run without files, is a failure.
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const FOLDERS = ["test", "host/tun-tap/test", "host/af-xdp/test"];
const FILE_LIMIT_MS = 40 * 60_000;

function testFiles(wanted: string[]): string[] {
  const inside = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  const files = FOLDERS.flatMap(inside)
    .filter((file) => file.endsWith(".test.ts"))
    .sort();
  return files.filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
}

function run(file: string): Tally {
  const args = ["--import", "tsx", file];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
    maxBuffer: 1 << 28,
    timeout: FILE_LIMIT_MS,
  });
  const tally = tallyOf(stdout);
  const ran = tally.passed + tally.failed + tally.skipped;
  if (ran === 0 || (status !== 0 && tally.failed === 0)) tally.failed += 1;
  const isQuiet = tally.failed === 0;
  console.log(`${isQuiet ? "ok  " : "FAIL"} ${file}  ${tally.passed}/${ran}${reasons(stderr)}`);
  if (!isQuiet) console.log(stdout + stderr + (ran === 0 ? "No test was registered.\n" : ""));
  return tally;
}

/** What uvu printed at the end. It counts skipped tests apart from its total. */
function tallyOf(output: string): Tally {
  const plain = output.replace(/\u001b\[\d+m/g, "");
  const last = (label: string): number => {
    const found = [...plain.matchAll(new RegExp(`^\\s*${label}:\\s+(\\d+)`, "gm"))].at(-1);
    return Number(found?.[1] ?? 0);
  };
  const passed = last("Passed");
  return { passed, failed: last("Total") - passed, skipped: last("Skipped") };
}

/** Tests that were skipped say why on stderr, in lines that begin so. */
function reasons(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.startsWith("skipped: "));
  return lines.map((line) => `\n       ${line}`).join("");
}

const files = testFiles(process.argv.slice(2));
if (files.length === 0) console.log("No test file was found.");
const total: Tally = { passed: 0, failed: files.length === 0 ? 1 : 0, skipped: 0 };
for (const file of files) {
  const { passed, failed, skipped } = run(file);
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
