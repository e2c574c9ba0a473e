/** Files of results: which is the newest, and what is written comes back. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newestResults } from "../../bench/netns/results.ts";
import { writeResults } from "../../bench/results.ts";
import { resultsOf } from "./findings.ts";

const results = suite<{ folder: string }>("files of results");

results.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), "provenat-test-"));
});

results.after.each(({ folder }) => rmSync(folder, { recursive: true }));

results("are as new as their last measurement, whatever they are called", ({ folder }) => {
  const older = measuredAt("2026-01-01T00:00:00.000Z");
  const newer = measuredAt("2026-01-02T00:00:00.000Z");
  writeResults(join(folder, "b.json"), older);
  writeResults(join(folder, "a.json"), newer);

  const { file, results: found } = newestResults(folder);

  assert.is(file, join(folder, "a.json"));
  assert.equal(found, newer);
});

results("of other benches are passed over", ({ folder }) => {
  writeResults(join(folder, "netns.json"), measuredAt("2026-01-01T00:00:00.000Z"));
  writeFileSync(join(folder, "micro.json"), '{ "date": "2026-01-03", "rows": [] }');

  assert.is(newestResults(folder).file, join(folder, "netns.json"));
});

results("have a line for each measurement", ({ folder }) => {
  const file = join(folder, "netns.json");
  writeResults(file, measuredAt("2026-01-01T00:00:00.000Z"));

  const lines = readFileSync(file, "utf8").split("\n");
  assert.is(lines.filter((line) => line.includes('"time"')).length, 3);
});

results("that are not there are an error that says what to do", ({ folder }) => {
  assert.throws(() => newestResults(folder), /there are no results .* `npm run bench:netns`/);
  assert.throws(() => newestResults(join(folder, "none")), /none: there are no results/);
});

function measuredAt(time: string) {
  const made = resultsOf([
    {
      case: "tcp-up-offloads-on",
      rival: "linux",
      values: { received: 9 },
      baseline: { received: 9 },
    },
  ]);
  return { ...made, measurements: made.measurements.map((done) => ({ ...done, time })) };
}

results.run();
