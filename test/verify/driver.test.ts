import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { REGIONS } from "../../verify/contracts/layout.ts";
import { type Job, proveAll } from "../../verify/driver.ts";
import { checkModule, checkWhole } from "../../verify/module-check.ts";
import { UNITS } from "../../verify/proofs/units.ts";
import type { UnitReport } from "../../verify/report.ts";

const bytes = new Uint8Array(readFileSync("build/core.wasm"));
const { functions } = JSON.parse(readFileSync("build/core.json", "utf8"));
const CLEAR = "structs/endpoint-table/clear";

const driver = suite("driver");

driver("proves units in processes of their own", async () => {
  const seen: string[] = [];
  const reports = await proveAll(job({ report: ({ unit }) => seen.push(unit) }));

  assert.equal(statuses(reports), [["proved", []]]);
  assert.equal(seen, [CLEAR]);
});

driver("gives up on a unit whose process dies", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  const reports = await proveAll(job({ units: [CLEAR, CLEAR, CLEAR], signal: controller.signal }));

  assert.equal(
    statuses(reports).map(([status]) => status),
    ["gave up", "gave up", "gave up"],
  );
});

driver("gives up on a unit that there is not", async () => {
  const reports = await proveAll(job({ units: ["tea"] }));

  assert.equal(statuses(reports), [["gave up", ["tea: there is no such unit"]]]);
});

driver.run();

const whole = suite("the module and the proof as a whole");

whole("are as they should be", () => {
  const report = checkModule(bytes, functions);
  assert.equal(statuses([report]), [["proved", []]]);
});

whole("are not when the manifest leads elsewhere", () => {
  const report = checkModule(bytes, { ...functions, "index/process": 0 });
  assert.equal(statuses([report]), [["refuted", ["process is index/process"]]]);
});

whole("are not when a region is elsewhere", () => {
  const { base } = REGIONS.find(({ name }) => name === "records")!;
  const at = Buffer.from(bytes).indexOf(globalOf(base));
  assert.ok(at > 0);
  const moved = bytes.slice();
  moved.set(globalOf(base + 65536), at);
  const [[status, failures]] = statuses([checkModule(moved, functions)]) as [[string, string[]]];
  assert.is(status, "refuted");
  assert.equal(failures, [`RECORDS is ${base}`]);
});

whole("are not when the module is none", () => {
  assert.is(checkModule(bytes.subarray(9), functions).status, "gave up");
});

whole("need a proof of what other proofs rely on", () => {
  const { failures } = checkWhole([reportOn(CLEAR, ["structs/hash/digest"])], functions);
  assert.equal(
    failures.map(({ what }) => what),
    ["index/process", "nat/settings/configure", "structs/hash/digest"].map(
      (name) => `${name} has no proof of its own`,
    ),
  );
  const all = ["index/process", "nat/settings/configure", "structs/hash/digest"];
  const reports = all.map((unit) => reportOn(unit, all));
  assert.is(checkWhole(reports, functions).status, "proved");

  const given = { ...reportOn("index/process, the rest", []), status: "gave up" as const };
  assert.is(checkWhole([...reports, given], functions).status, "gave up");
});

whole.run();

const command = suite("provenat verify");

command("ends with 0 when all is proved, and says of what", () => {
  const { status, stdout } = verify("--only", CLEAR, "--no-cache");

  assert.is(status, 0);
  assert.match(stdout, /^proved    structs\/endpoint-table\/clear /);
  assert.ok(stdout.includes(readFileSync("build/core.sha256", "utf8").split(" ")[0]!));
  assert.match(stdout, /\n1 proved, 0 refuted, 0 gave up\n$/);
});

command("ends with 1 when something is not", () => {
  const folder = mkdtempSync(join(tmpdir(), "provenat-"));
  writeFileSync(join(folder, "core.wasm"), bytes.subarray(0, -1));
  const args = ["--module", join(folder, "core.wasm"), "--manifest", "build/core.json"];
  const { status, stdout } = verify(...args, "--only", "module");
  rmSync(folder, { recursive: true });

  assert.is(status, 1);
  assert.match(stdout, /\n0 proved, 0 refuted, 1 gave up\n$/);
});

command("ends with 2 when it is not understood", () => {
  const noModule = ["--module", "README.md", "--manifest", "build/core.json"];
  const mistakes: [string[], RegExp][] = [
    [["--only", "tea"], /"tea" in its name\.\n$/],
    [["--tea"], /--tea/],
    [["--manifest", "tea.json"], /tea\.json: cannot be read/],
    [["--solver", "tea"], /[^.]\.\n$/],
    [["--only", CLEAR, "--trace", "tea/pot"], /tea\/pot: cannot be written/],
    [noModule, /README\.md: this is not a WebAssembly module/],
  ];
  for (const [args, says] of mistakes) {
    const { status, stderr } = verify(...args);
    assert.is(status, 2, args.join(" "));
    assert.match(stderr, says);
  }
});

command("wants native solvers to be there when it is told to use them", () => {
  const { status, stderr } = verifyWith({ PATH: "" }, "--solver", "native");
  assert.is(status, 2);
  assert.match(stderr, /neither cvc5 nor z3 is on the path/);
});

command("prints one document", () => {
  const { stdout } = verify("--only", "module", "--json");
  const document = JSON.parse(stdout);

  assert.is(document.proved, true);
  assert.is(document.only, "module");
  assert.equal(document.tally, { proved: 1, refuted: 0, "gave up": 0 });
  assert.ok(document.assumptions.length > 0 && document.trustedBase.length > 0);
});

command("has units of different names", () => {
  const names = UNITS.map(({ name }) => name);
  assert.is(new Set(names).size, names.length);
});

command.run();

function job(rest: Partial<Job>): Job {
  return { bytes, functions, units: [CLEAR], options: {}, report: () => {}, ...rest };
}

function statuses(reports: UnitReport[]): [string, string[]][] {
  return reports.map(({ status, failures }) => [status, failures.map(({ what }) => what)]);
}

function reportOn(unit: string, answered: string[]): UnitReport {
  return { ...checkModule(bytes, functions), unit, answered };
}

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

function verify(...args: string[]): Ended {
  return verifyWith({}, ...args);
}

function verifyWith(changed: NodeJS.ProcessEnv, ...args: string[]): Ended {
  const command = ["--import", "tsx", "verify/cli.ts", ...args];
  const env = { ...process.env, ...changed };
  return spawnSync(process.execPath, command, { encoding: "utf8", env });
}

/** The value of a global, as it lies in the module: i32.const in LEB128 (of addresses from 2^20 to 2^27), end. */
function globalOf(address: number): Uint8Array {
  const groups = [0, 7, 14, 21].map((shift) => (address >>> shift) & 0x7f);
  return Uint8Array.of(0x41, ...groups.map((group, i) => (i < 3 ? group | 0x80 : group)), 0x0b);
}
