import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { demonstrateCapture } from "../../../host/demo/capture.ts";
import { writeExample } from "../../../host/demo/example.ts";
import { temporaryFolder } from "../support.ts";

const example = suite("example capture");

example("is what its source makes", () => {
  const path = join(temporaryFolder(), "example.pcap");
  writeExample(path);

  const remedy = "Run: node --import tsx host/demo/example.ts host/demo/example.pcap";
  assert.ok(readFileSync(path).equals(readFileSync("host/demo/example.pcap")), remedy);
});

example("shows every direction, and what is refused", async () => {
  const lines: string[] = [];
  const signal = new AbortController().signal;
  const code = await demonstrateCapture((line) => lines.push(line), signal);

  assert.is(code, 0);
  const report = lines.join("\n");
  for (const outcome of ["Outbound", "Inbound", "Hairpin", "Filtered", "NoPort"]) {
    assert.match(report, new RegExp(`${outcome} +\\d`));
  }
  assert.match(report, /^packets written: \d+$/m);
  assert.not.match(report, /translated\.pcap/);
  assert.match(report, /Not shown: devices, real traffic, the control socket/);
});

example.run();
