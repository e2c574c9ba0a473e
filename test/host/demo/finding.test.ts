import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Finding, conclusion, findingLine } from "../../../host/demo/finding.ts";
import type { LabProcess } from "../../../host/demo/lab.ts";
import { ping } from "../../../host/demo/traffic.ts";

const finding = suite("finding");

const GOOD: Finding = { isGood: true, text: "this" };
const BAD: Finding = { isGood: false, text: "that" };
const UNSEEN: Finding = { isGood: undefined, text: "the other" };

finding("is told as good, bad, or not shown", () => {
  assert.equal([GOOD, BAD, UNSEEN].map(findingLine), [
    "ok      this",
    "FAILED  that",
    "--      the other",
  ]);
});

for (const [findings, isGood, text] of [
  [[GOOD, GOOD], true, "All of it went through the NAT."],
  [[GOOD, UNSEEN], true, "What was shown went through the NAT. 1 of 2 could not be shown here."],
  [[GOOD, BAD], false, "1 of 2 FAILED."],
  [[UNSEEN, BAD, GOOD], false, "1 of 3 FAILED. 1 of 3 could not be shown here."],
] as const) {
  finding(`leads to: ${text}`, () => {
    assert.equal(conclusion([...findings]), { isGood, text });
  });
}

for (const [code, complaint, expected] of [
  [0, "", true],
  [1, "", false],
  [1, 'exec of "ping" failed: No such file or directory', undefined],
] as const) {
  finding(`of a ping that ends with ${code} "${complaint}" is ${expected}`, async () => {
    const process = { ended: async () => code, complaint: () => complaint };
    const lab = { start: () => process as unknown as LabProcess };
    const found: Finding[] = [];
    await ping(lab, "h1", (each) => found.push(each));

    assert.is(found.length, 1);
    assert.is(found[0]!.isGood, expected);
  });
}

finding.run();
