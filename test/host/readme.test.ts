/** What README.md shows can be used as it stands there. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const readme = suite("README.md");

readme("shows a configuration file that is good", () => {
  const [, example = ""] = /^```json\n([^]*?)^```$/m.exec(readFileSync("README.md", "utf8")) ?? [];
  const folder = mkdtempSync(join(tmpdir(), "provenat-test-"));
  const file = join(folder, "nat.json");
  writeFileSync(file, example);
  const args = ["--import", "tsx", "host/cli.ts", "check", "--config", file];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  rmSync(folder, { recursive: true });

  assert.is(status, 0, stderr);
  assert.match(stdout, /203\.0\.113\.1/);
  assert.match(stdout, /1024-65535/);
});

readme("names only commands that there are", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = readFileSync("README.md", "utf8").matchAll(/npm (?:run ([\w:]+)|(start|test))/g);
  const missing = [...named].map(([, script, word]) => script ?? word!).filter((s) => !scripts[s]);
  assert.equal(missing, []);
});

readme.run();
