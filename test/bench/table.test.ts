/** The README's table, and what its cells say. */
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newestResults } from "../../bench/netns/results.ts";
import { partOf, withPart } from "../../bench/table/readme.ts";
import { tableOf } from "../../bench/table/table.ts";
import { type MadeUp, resultsOf } from "./findings.ts";

const RATE = { case: "rate-frames-stack-1000" };

const linux: MadeUp = {
  ...RATE,
  rival: "linux",
  values: { "loss-free": 1 },
  baseline: { "loss-free": 1 },
};
const provenat: MadeUp = {
  ...RATE,
  rival: "provenat-xdp-spin",
  values: { "loss-free": 2 },
  baseline: { "loss-free": 1 },
};

const table = suite("README's table");

table("is what the newest results give", () => {
  const { file, results } = newestResults("bench/results");

  assert.is(
    partOf(readFileSync("README.md", "utf8")),
    tableOf(results, file),
    "npm run bench:table",
  );
});

table("has medians, and ratios with their spread", () => {
  const text = tableOf(resultsOf([linux, provenat]), "file.json");

  assert.match(text, /^\| nftables \| 1\.01<br>\(1\.00-1\.02\) \|$/m);
  const line =
    /^\| \*\*provenat, AF_XDP, spinning\*\* \| 2\.02<br>\*\*2\.02\*\* \(2\.00-2\.04\) \|$/m;
  assert.match(text, line);
});

table("says how many rounds there were, what was left out, what failed, and the machine", () => {
  const failure = {
    case: RATE.case,
    rival: "linux",
    round: 1,
    calibrations: [],
    load: 0,
    time: "",
  };
  const results = resultsOf([linux, { ...provenat, leftOut: 1 }], { failed: [failure] });
  const text = tableOf(results, "file.json");

  assert.match(text, /\*\*2\.03\*\* \(2\.02-2\.04\), 2 of 3 \|$/m);
  assert.match(text, /Medians of 3 rounds/);
  assert.match(text, /Of 3 ratios 1 is left out/);
  assert.match(text, /1 measurement failed\./);
  assert.match(text, /Linux 6\.1\.2, Some Processor, 2 virtual processors\./);
  assert.match(text, /\[All figures and their conditions\]\(file\.json\)/);
});

table("says so where no round counts, or none succeeded", () => {
  const results = resultsOf([linux, { ...provenat, leftOut: 3 }]);
  assert.match(tableOf(results, "file.json"), /2\.02<br>all of 3 left out \|/);

  results.cases[0]!.rivals[1] = { rival: provenat.rival, rounds: 0, failures: 3, values: {} };
  assert.match(tableOf(results, "file.json"), /spinning\*\* \| failed \|/);
});

table("has an empty cell for what was not measured, and no line without any figure", () => {
  const other = { ...linux, case: "rate-frames-stack-1" };
  const tcp = { case: "tcp-up-offloads-on", rival: "pasta", values: { received: 5 } };
  const text = tableOf(resultsOf([linux, other, provenat, tcp]), "file.json");
  const [rates, throughput] = text.split("\n\n");

  assert.match(rates!, /spinning\*\* \|  \| 2\.02/);
  assert.not.match(rates!, /pasta/);
  assert.match(throughput!, /^\| pasta \| 5\.05<br>no ratio \|$/m);
});

table("cannot be made of results that have nothing of it", () => {
  const results = resultsOf([{ ...linux, case: "rate-frames-stack-10" }]);

  assert.throws(() => tableOf(results, "file.json"), /file\.json: .* `npm run bench:netns`/);
});

table("takes the place between its marks, and no other", () => {
  const text = "before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n";

  const changed = withPart(text, "new");

  assert.is(changed, text.replace("old", "new"));
  assert.is(partOf(changed), "new");
  assert.throws(() => withPart("nothing", "new"), /Put <!-- bench:begin -->/);
});

table.run();
