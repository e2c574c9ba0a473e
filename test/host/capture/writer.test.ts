/** Where the capture goes that `replay` writes. */
import { lstatSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { framesIn } from "../../../host/capture/reader.ts";
import { replayCommand } from "../../../host/replay-command.ts";
import { udpPacket } from "../../support/packets.ts";
import { rejectionOf, temporaryFile } from "../support.ts";
import { pcap } from "./captures.ts";

const writer = suite("capture writer");

const FLAGS = { externalAddress: "203.0.113.1", json: true };
const PACKET = udpPacket({ from: "10.0.0.2:5000", to: "198.51.100.10:53" });
const CAPTURE = pcap([{ octets: PACKET }, { octets: PACKET }]);
const DAMAGED = Buffer.from(CAPTURE);
DAMAGED.writeUInt32LE(0xffff_ffff, 24 + 16 + PACKET.length + 8);

for (const [what, contents] of [
  ["the target of a link as it was when the input is damaged", DAMAGED],
  ["a link a link, and replaces its target", CAPTURE],
] as const) {
  writer(`leaves ${what}`, async () => {
    const input = temporaryFile("in.pcap", contents);
    const target = temporaryFile("target.pcap", "before");
    const output = join(dirname(input), "out.pcap");
    symlinkSync(target, output);
    const signal = new AbortController().signal;
    const replayed = replayCommand(input, output, FLAGS, () => {}, signal);
    if (contents === CAPTURE) await replayed;
    else await rejectionOf(replayed);

    assert.ok(lstatSync(output).isSymbolicLink());
    if (contents === CAPTURE) assert.is([...framesIn(target)].length, 2);
    else assert.is(readFileSync(target, "utf8"), "before");
    assert.equal(readdirSync(dirname(target)), ["target.pcap"]);
    assert.equal(readdirSync(dirname(input)).sort(), ["in.pcap", "out.pcap"]);
  });
}

writer("writes into nothing that somebody has put there for it", async () => {
  const victim = temporaryFile("victim", "before");
  const input = temporaryFile("in.pcap", CAPTURE);
  const output = join(dirname(input), "out.pcap");
  symlinkSync(victim, `${output}.unfinished-${process.pid}`);
  await replayCommand(input, output, FLAGS, () => {}, new AbortController().signal);

  assert.is(readFileSync(victim, "utf8"), "before");
  assert.ok(lstatSync(output).isFile());
});

writer("refuses a link to nothing", async () => {
  const input = temporaryFile("in.pcap", CAPTURE);
  const output = join(dirname(input), "out.pcap");
  symlinkSync("nowhere", output);
  const replayed = replayCommand(input, output, FLAGS, () => {}, new AbortController().signal);

  const remedy = "Remove it, or name another file.";
  assert.is(await rejectionOf(replayed), `${output}: it is a link to nothing. ${remedy}`);
});

writer.run();
