import binaryen from "binaryen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decode } from "../../../verify/wasm/decode.ts";
import { OPCODES } from "../../../verify/wasm/opcodes.ts";
import * as wasm from "./assemble.ts";
import { refusalOf } from "./refusal.ts";
import { everyInstruction, functionsIn, textOf } from "./text.ts";

const { END, F32, I32, NO_VALUE, moduleOfCode } = wasm;

const instructions = suite("decoder of instructions");

instructions("knows every instruction on integers by the name that Binaryen gives it", () => {
  const bytes = binaryen.parseText(everyInstruction()).emitBinary();
  const { functions } = decode(bytes);
  const theirs = functionsIn(binaryen.readBinary(bytes).emitText());

  for (const { index, code } of functions) assert.equal(code.map(textOf), theirs[index]);
  const met = new Set(functions.flatMap(({ code }) => code.map(({ op }) => op)));
  const known = Object.values(OPCODES).map((opcode) => opcode!.name);
  assert.equal([...met].sort(), known.sort());
});

instructions("pairs blocks with their ends, and an if with its else", () => {
  const module = moduleOfCode(
    [0x02, NO_VALUE],
    [0x20, 0, 0x04, I32, 0x41, 1, 0x05, 0x03, I32, 0x41, 2, END, END, 0x1a],
    [END, 0x20, 1, 0x04, NO_VALUE, END, END],
  );
  const { code } = decode(module).functions[0]!;

  assert.equal(
    code.flatMap(({ op, end, else: otherwise }, index) =>
      end === undefined ? [] : [[index, op, end, otherwise]],
    ),
    [
      [0, "block", 10, undefined],
      [2, "if", 8, 4],
      [4, "else", 8, undefined],
      [5, "loop", 7, undefined],
      [12, "if", 13, undefined],
    ],
  );
  assert.equal(
    code.filter(({ type }) => type !== undefined).map(({ type }) => type),
    [null, "i32", "i32", null],
  );
  assert.is(code.length, 15);
});

instructions("gives each instruction the offset of its octet, and constants without sign", () => {
  const module = moduleOfCode(0x41, 0x7f, 0x1a, 0x42, 0x7f, 0x1a, END);
  const { code } = decode(module).functions[0]!;

  for (const [index, octet] of [0x41, 0x1a, 0x42, 0x1a, END].entries()) {
    assert.is(module[code[index]!.at], octet);
  }
  assert.is(code[0]!.value, 0xffffffffn);
  assert.is(code[2]!.value, 0xffffffffffffffffn);
});

instructions("refuses every other opcode, with its number, function and offset", () => {
  for (let octet = 0; octet < 256; octet++) {
    if (OPCODES[octet] !== undefined) continue;
    const module = moduleOfCode(0x01, octet, END);
    const error = refusalOf(module);
    assert.is(error.where, "function 0");
    assert.is(error.at, module.length - 2);
    assert.match(error.problem, `0x${octet.toString(16).padStart(2, "0")}`);
  }
});

for (const [instruction, octets] of [
  ["br_table", [0x0e]],
  ["call_indirect", [0x11]],
  ["global.set", [0x24]],
  ["memory.size", [0x3f]],
  ["memory.grow", [0x40]],
  ["division", [0x6d, 0x6e, 0x6f, 0x70, 0x7f, 0x80, 0x81, 0x82]],
  ["float", [0x2a, 0x39, 0x43, 0x5b, 0x66, 0x8b, 0xa6, 0xa8, 0xab, 0xae, 0xbf]],
  ["bulk memory", [0xfc]],
  ["vector", [0xfd]],
] as const) {
  instructions(`refuses ${instruction} by name`, () => {
    for (const octet of octets) {
      assert.match(refusalOf(moduleOfCode(octet, 0, 0, END)).problem, instruction);
    }
  });
}

for (const [rule, module, message] of [
  ["else without if", moduleOfCode(0x05, END), "else without if"],
  ["else in a block", moduleOfCode(0x02, NO_VALUE, 0x05, END, END), "else without if"],
  ["two elses", moduleOfCode(0x20, 0, 0x04, NO_VALUE, 0x05, 0x05, END, END), "a second else"],
  ["a block with parameters", moduleOfCode(0x02, 0, END, END), "a block may have no parameters"],
  ["a block of a float", moduleOfCode(0x02, F32, END, END), "a block may have no parameters"],
  [
    "a branch beyond the body",
    moduleOfCode(0x02, NO_VALUE, 0x0c, 2, END, END),
    "there is no label 2",
  ],
  ["a local that is not there", moduleOfCode(0x20, 3, 0x1a, END), "there is no local 3"],
  ["a global that is not there", moduleOfCode(0x23, 0, 0x1a, END), "there is no global 0"],
  ["a call of no function", moduleOfCode(0x10, 1, END), "there is no function 1"],
] as const) {
  instructions(`refuses ${rule}`, () => {
    assert.match(refusalOf(module).message, `function 0, octet 0x`);
    assert.match(refusalOf(module).message, message);
  });
}

instructions("refuses an alignment above the width, for every load and store", () => {
  const widths = Object.entries(OPCODES).filter(([, opcode]) => opcode!.immediate === "memory");
  assert.is(widths.length, 19);
  for (const [octet, opcode] of widths) {
    const module = moduleOfCode(Number(octet), Math.log2(opcode!.width) + 1, 0, END);
    assert.match(refusalOf(module).problem, "an alignment of");
    assert.match(refusalOf(moduleOfCode(Number(octet), 0x40, 0, END)).problem, "an alignment");
  }
});

instructions("leaves the types of operands to the engine, which refuses wrong ones", () => {
  for (const invalid of [
    [0x20, 0, END],
    [0x6a, 0x1a, END],
    [0x20, 0, 0x20, 2, 0x6a, 0x1a, END],
    [0x20, 0, 0x04, I32, 0x41, 0, END, 0x1a, END],
  ]) {
    const module = moduleOfCode(invalid);
    assert.throws(
      () => decode(module),
      (error: Error) => error.name === "CompileError",
    );
  }
});

instructions.run();
