import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decode } from "../../../verify/wasm/decode.ts";
import { exportAll } from "../../../verify/wasm/instrument.ts";
import { internetChecksum } from "../../support/checksum.ts";
import { write16 } from "../../support/octets.ts";
import { Draw } from "../../support/random.ts";
import * as wasm from "./assemble.ts";

const SEED = 1071;
/** Where both modules have packets. */
const PACKETS = 65_536;
const { name, section, vector } = wasm;

const instrument = suite("exporting everything");

for (const built of ["core", "testing", "nop"]) {
  const bytes = readFileSync(`build/${built}.wasm`);

  instrument(`leaves the code of build/${built}.wasm as it was`, () => {
    const before = decode(bytes);
    const after = decode(exportAll(bytes));

    const withoutOffsets = ({ functions, globals, memory }: typeof before): unknown => ({
      functions: functions.map((one) => ({
        ...one,
        code: one.code.map(({ at: _, ...rest }) => rest),
      })),
      globals,
      memory,
    });
    assert.equal(withoutOffsets(after), withoutOffsets(before));
  });

  instrument(`adds to the exports of build/${built}.wasm and takes none away`, () => {
    const before = decode(bytes);
    const after = instantiate(exportAll(bytes));

    for (const [exported, { kind, index }] of before.exports) {
      assert.ok(exported in after);
      if (kind === "function") assert.is(after[exported], after[`f${index}`]);
    }
    const added = before.functions.map(({ index }) => `f${index}`);
    assert.equal(Object.keys(after).sort(), [...before.exports.keys(), ...added].sort());
  });
}

instrument("lets a function be called that the core keeps to itself", () => {
  const text = readFileSync("build/core.wat", "utf8");
  const names = [...text.matchAll(/^ \(func \$(\S+)/gm)].map(([, found]) => found);
  const index = names.indexOf("assembly/wire/checksum/headerIsValid");
  const core = instantiate(exportAll(readFileSync("build/core.wasm")));
  const testing = instantiate(readFileSync("build/testing.wasm"));
  const [ours, theirs] = [core[`f${index}`], testing.headerIsValid] as HeaderIsValid[];
  const draw = Draw.seeded(SEED);
  const results = new Set<number>();
  for (let round = 0; round < 1000; round++) {
    const header = Uint8Array.from({ length: 20 }, () => draw.below(256));
    write16(header, 10, 0);
    write16(header, 10, internetChecksum(header) ^ draw.below(2));
    for (const { memory } of [core, testing]) octetsOf(memory).set(header, PACKETS);
    const isValid = ours!(PACKETS, header.length);
    results.add(isValid);
    assert.is(isValid, theirs!(PACKETS, header.length), `seed ${SEED}, round ${round}`);
  }

  assert.is(results.size, 2);
});

instrument("adds the section of exports where there is none, in its place", () => {
  const custom = section(0, name("name"));
  const module = wasm.moduleOf({ code: null });
  const code = section(10, vector(wasm.sized(0, wasm.END)));
  const exported = exportAll(wasm.bytes([...module], custom, code, custom));

  assert.equal([...decode(exported).exports.keys()], ["f0", "memory"]);
  assert.is(typeof instantiate(exported).f0, "function");
});

instrument("counts functions whose number has more than one octet", () => {
  const count = 200;
  const items = <Item>(item: Item): Item[] => Array.from({ length: count }, () => item);
  const exported = exportAll(
    wasm.moduleOf({
      functions: section(3, vector(...items(0))),
      code: section(10, vector(...items(wasm.sized(0, wasm.END)))),
    }),
  );

  assert.equal(decode(exported).exports.get("f199"), { kind: "function", index: 199 });
});

instrument("keeps such a name when it stands for the same, and refuses it otherwise", () => {
  const exporting = (...entries: wasm.Octets[]): Uint8Array =>
    wasm.moduleOf({ exports: section(7, vector(...entries)) });

  const same = exportAll(exporting([name("f0"), 0, 0], [name("memory"), 2, 0]));
  assert.equal([...decode(same).exports.keys()], ["f0", "memory"]);
  assert.throws(
    () => exportAll(exporting([name("memory"), 0, 0])),
    '"memory" is already exported: as function 0',
  );
  assert.throws(
    () => exportAll(exporting([name("f0"), 2, 0])),
    '"f0" is already exported: as memory 0',
  );
});

instrument.run();

type HeaderIsValid = (header: number, octets: number) => number;

function instantiate(bytes: Uint8Array): Record<string, unknown> {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
}

function octetsOf(memory: unknown): Uint8Array {
  return new Uint8Array((memory as WebAssembly.Memory).buffer);
}
