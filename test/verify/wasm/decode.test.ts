import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decode } from "../../../verify/wasm/decode.ts";
import { DecodeError } from "../../../verify/wasm/reader.ts";
import { Draw } from "../../support/random.ts";
import * as wasm from "./assemble.ts";
import { refusalOf } from "./refusal.ts";
import { functionsIn, textOf } from "./text.ts";

const { END, F32, I32, I64, NO_VALUE, functionType, name, section, sized, vector } = wasm;
const SEED = 5501;

const decoder = suite("decoder");

for (const built of ["core", "testing", "nop"]) {
  const bytes = readFileSync(`build/${built}.wasm`);

  decoder(`reads every instruction of build/${built}.wasm as Binaryen does`, () => {
    const { functions } = decode(bytes);

    assert.equal(
      functions.map(({ code }) => code.map(textOf)),
      functionsIn(binaryen.readBinary(bytes).emitText()),
    );
  });

  decoder(`finds the types and locals in build/${built}.wasm that Binaryen finds`, () => {
    const theirs = binaryen.readBinary(bytes);
    const { functions } = decode(bytes);

    assert.is(functions.length, theirs.getNumFunctions());
    for (const { index, type, locals } of functions) {
      const info = binaryen.getFunctionInfo(theirs.getFunctionByIndex(index));
      const params = binaryen.expandType(info.params);
      assert.equal(type.params.map(binaryenType), params);
      assert.equal(type.results.map(binaryenType), binaryen.expandType(info.results));
      assert.equal(locals.map(binaryenType), [...params, ...info.vars]);
    }
  });

  decoder(`finds the exports of build/${built}.wasm that the engine finds`, () => {
    const module = new WebAssembly.Module(bytes);
    const { exports } = new WebAssembly.Instance(module);
    const decoded = decode(bytes);

    assert.equal(
      [...decoded.exports].map(([exported, { kind }]) => ({ name: exported, kind })),
      WebAssembly.Module.exports(module),
    );
    const { pages } = decoded.memory;
    assert.is((exports.memory as WebAssembly.Memory).buffer.byteLength, pages * 65_536);
    for (const [exported, { kind, index }] of decoded.exports) {
      if (kind !== "global") continue;
      const { value } = exports[exported] as WebAssembly.Global;
      assert.is(decoded.globals[index]!.value, BigInt(Number(value) >>> 0), exported);
    }
  });
}

decoder("has the functions of the core in the order of its text", () => {
  const text = readFileSync("build/core.wat", "utf8");
  const names = [...text.matchAll(/^ \(func \$(\S+)/gm)].map(([, found]) => found);
  const { functions, exports } = decode(readFileSync("build/core.wasm"));

  assert.is(functions.length, names.length);
  assert.is(names[exports.get("process")!.index], "assembly/index/process");
  assert.is(names[exports.get("configure")!.index], "assembly/nat/settings/configure");
});

decoder("reads globals, exports of each kind, and passes over custom sections", () => {
  const globals = section(
    6,
    vector([I32, 0, 0x41, 0x7f, END], [I64, 0, 0x42, ...[0x80, 0x7f], END]),
  );
  const exports = section(7, vector([name("m"), 2, 0], [name("f"), 0, 0], [name("é"), 3, 1]));
  const custom = section(0, name("name"), 1, 2, 3);
  const module = decode(wasm.bytes([...wasm.moduleOf({ globals, exports })], custom));

  assert.equal(module.globals, [
    { type: "i32", value: 0xffffffffn },
    { type: "i64", value: 0xffffffffffffff80n },
  ]);
  assert.equal(
    [...module.exports],
    [
      ["m", { kind: "memory", index: 0 }],
      ["f", { kind: "function", index: 0 }],
      ["é", { kind: "global", index: 1 }],
    ],
  );
  assert.equal(module.memory, { pages: 1 });
});

decoder("lists parameters, then locals", () => {
  const code = section(10, vector(sized(vector([2, I64], [0, I32], [1, I32]), END)));
  const types = section(1, vector(functionType([I32], [])));
  const [found] = decode(wasm.moduleOf({ types, code })).functions;

  assert.equal(found!.type, { params: ["i32"], results: [] });
  assert.equal(found!.locals, ["i32", "i64", "i64", "i32"]);
});

/** What is refused, in the words of the error. */
const REFUSED: [rule: string, module: Uint8Array, message: string | RegExp][] = [
  ["no octets", wasm.bytes(), "module, octet 0x0: this is not a WebAssembly module"],
  ["another magic", wasm.bytes(0, 0x61, 0x73, 0x6e, 1, 0, 0, 0), "octet 0x3: this is not a"],
  ["another version", wasm.bytes(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0), "octet 0x4: its version"],
  ["a header cut off", wasm.bytes(0, 0x61, 0x73, 0x6d, 1), "octet 0x5: its version"],
  ...refusedSections(),
  ["an unknown section", withSections(section(14)), "unknown section 14"],
  ["sections out of order", withSections(section(5, 0), section(3, 0)), "function section is out"],
  ["a section twice", withSections(section(1, 0), section(1, 0)), "type section is out of order"],
  ["a section that is too long", withSections([1, 5, 0]), "5 octets would pass its end"],
  [
    "octets after a vector",
    withSections(section(1, 0, 0)),
    "type section, octet 0xb: 1 octets are",
  ],
  ["octets after the module", wasm.bytes([...wasm.moduleOf()], 1), "the type section is out of"],
  ["a custom section without name", withSections(section(0)), "custom section, octet 0xa: it ends"],

  ["a type of no function", types([0x5f, 0]), "not a function type"],
  ["a float parameter", types(functionType([F32], [])), "a type other than i32 and i64"],
  ["two results", types(functionType([], [I32, I32])), "2 results instead of one at most"],
  [
    "a function of no type",
    wasm.moduleOf({ functions: section(3, vector(1)) }),
    "there is no type 1",
  ],

  ["no memory", wasm.moduleOf({ memory: null }), "0 memories instead of one"],
  ["two memories", memory([1, 1, 1], [1, 1, 1]), "2 memories instead of one"],
  ["a memory without maximum", memory([0, 1]), "the memory has no maximum"],
  ["a memory that can grow", memory([1, 1, 2]), "the memory can grow"],
  ["a shared memory", memory([3, 1, 1]), "the memory is shared, or not of 32 bits"],
  ["a memory of 64 bits", memory([5, 1, 1]), "the memory is shared, or not of 32 bits"],
  ["a memory beyond 32 bits", memory([1, [0x81, 0x80, 4], [0x81, 0x80, 4]]), "65537 pages"],

  ["a mutable global", globals([I32, 1, 0x41, 0, END]), "the global is mutable"],
  ["a float global", globals([F32, 0, 0x43, 0, 0, 0, 0, END]), "a type other than i32 and i64"],
  ["a global of a global", globals([I32, 0, 0x23, 0, END]), "does not begin with i32.const"],
  ["a global of another type", globals([I64, 0, 0x41, 0, END]), "does not begin with i64.const"],
  ["a computed global", globals([I32, 0, 0x41, 1, 0x41, 1, 0x6a, END]), "not a constant alone"],

  ["a name twice", exports([name("a"), 0, 0], [name("a"), 2, 0]), 'a second export "a"'],
  ["an exported table", exports([name("t"), 1, 0]), '"t" is no function, memory or global'],
  ["an export of nothing", exports([name("a"), 0, 1]), '"a": there is no function 1'],
  ["an export of no memory", exports([name("a"), 2, 1]), '"a": there is no memory 1'],

  ["a function without body", wasm.moduleOf({ code: null }), "1 functions with 0 bodies"],
  ["a body without function", wasm.moduleOf({ functions: null }), "function 0, .*: it has no type"],
  ["a float local", body(vector([1, F32]), END), "a type other than i32 and i64"],
  ["too many locals", body(vector([[0xe8, 7], I32], [1, I64]), END), "more than 1000 locals"],
  ["a very great many locals", body([1, wasm.u32(0xffffffff), I32], END), "more than 1000 locals"],
  ["a body that ends early", body(0, 0x01, END, 0x01), "function 0, .*: 1 octets are left over"],
  ["a body without end", body(0, 0x02, NO_VALUE, END), "the body has no end"],
  ["a body cut off in an instruction", body(0, 0x41), "function 0, .*: it ends too early"],
];

for (const [rule, module, message] of REFUSED) {
  decoder(`refuses ${rule}`, () => {
    assert.match(refusalOf(module).message, new RegExp(message));
  });
}

decoder("refuses every module that is cut off", () => {
  const whole = readFileSync("build/nop.wasm");
  for (let length = 0; length < whole.length; length++) {
    assert.instance(refusalOf(whole.subarray(0, length)), DecodeError, `${length} octets`);
  }
});

decoder("takes or refuses whatever it is given, and does nothing else", () => {
  const whole = readFileSync("build/nop.wasm");
  const draw = Draw.seeded(SEED);
  for (let round = 0; round < 5000; round++) {
    const module = Uint8Array.from(whole);
    module[draw.below(module.length)] = draw.below(256);
    try {
      decode(module);
    } catch (error) {
      const known = error instanceof DecodeError || (error as Error).name === "CompileError";
      assert.ok(known, `seed ${SEED}, round ${round}: ${error}`);
    }
  }
});

decoder.run();

function refusedSections(): [string, Uint8Array, string][] {
  const refused = { 2: "imports", 4: "tables", 8: "a start function", 9: "element segments" };
  const others = { 11: "data segments", 12: "a data count", 13: "tags" };
  return Object.entries({ ...refused, ...others }).map(([id, what]) => {
    return [what, withSections(section(Number(id), 0)), `${what}, section ${id}: not allowed`];
  });
}

function withSections(...sections: number[][]): Uint8Array {
  return wasm.bytes(wasm.HEADER, ...sections);
}

function types(...items: number[][]): Uint8Array {
  return wasm.moduleOf({ types: section(1, vector(...items)) });
}

function memory(...items: wasm.Octets[]): Uint8Array {
  return wasm.moduleOf({ memory: section(5, vector(...items)) });
}

function globals(...items: number[][]): Uint8Array {
  return wasm.moduleOf({ globals: section(6, vector(...items)) });
}

function exports(...items: wasm.Octets[]): Uint8Array {
  return wasm.moduleOf({ exports: section(7, vector(...items)) });
}

function body(...octets: wasm.Octets[]): Uint8Array {
  return wasm.moduleOf({ code: section(10, vector(sized(...octets))) });
}

function binaryenType(type: "i32" | "i64"): number {
  return type === "i32" ? binaryen.i32 : binaryen.i64;
}
