/** Mutants of functions that are proved in a second, each of which once was proved as well. */
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { buildCore } from "../../../tools/core-compiler.ts";
import { SOURCE_MUTANTS, changed } from "../../../verify/mutants/source.ts";
import { refute } from "../../../verify/refute.ts";

const ONCE_PROVED = [
  "header-check-writes-ttl",
  "message-check-clears-octet",
  "odd-octet-not-summed",
  "bad-descriptor-is-read",
  "inbound-ttl-written-before-translation",
];

const quick = suite("mutants that were proved once");

for (const name of ONCE_PROVED) {
  quick(`are refuted: ${name}`, async () => {
    const mutant = SOURCE_MUTANTS.find((one) => one.name === name)!;
    const text = changed(mutant, readFileSync(mutant.file, "utf8"));
    const { binary, manifest } = await buildCore({ sources: { [mutant.file]: text } });
    const found = await refute(binary, manifest, mutant.unit, { isReplayed: false });
    assert.is(found.status, "refuted", found.theorem ?? "");
  });
}

quick("are not proved: a function with a parameter that the proof knows nothing of", async () => {
  const edits: [file: string, from: string, to: string][] = [
    [
      "assembly/wire/checksum.ts",
      "headerIsValid(header: usize, octets: u32): bool {\n",
      "headerIsValid(header: usize, octets: u32, all: u32): bool {\n  if (all > 1400) return true;\n",
    ],
    [
      "assembly/nat/packet.ts",
      "headerIsValid(packet, octets)",
      "headerIsValid(packet, octets, length)",
    ],
    [
      "assembly/nat/quoted.ts",
      "headerIsValid(changetype<usize>(inner), octets)",
      "headerIsValid(changetype<usize>(inner), octets, octets)",
    ],
  ];
  const sources = Object.fromEntries(
    edits.map(([file, from, to]) => {
      const text = readFileSync(file, "utf8");
      assert.is(text.split(from).length, 2, file);
      return [file, text.replace(from, to)];
    }),
  );
  const { binary, manifest } = await buildCore({ sources });
  const found = await refute(binary, manifest, "checksum/headerIsValid");
  assert.is(found.status, "gave up");
  assert.match(found.theorem!, "does not take what it is given");
});

quick.run();
