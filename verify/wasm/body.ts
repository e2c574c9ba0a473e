/** The instructions of one function, with its blocks paired with their ends. */
import type { Instruction, ValueType } from "./module.ts";
import { OPCODES, refusal } from "./opcodes.ts";
import type { Reader } from "./reader.ts";

/** How many there are to refer to. */
export interface Scope {
  functions: number;
  globals: number;
  locals: number;
}

const NO_VALUE = 0x40;
const I32 = 0x7f;
const I64 = 0x7e;

/** Instructions up to the `end` of the body, which `body` may go beyond. Throws `DecodeError`. */
export function decodeCode(body: Reader, scope: Scope): Instruction[] {
  const code: Instruction[] = [];
  /** The blocks, loops and ifs that have no end yet. */
  const open: Instruction[] = [];
  for (;;) {
    if (body.isAtEnd) body.fail("the body has no end");
    const instruction = decodeInstruction(body, scope, open.length);
    const index = code.push(instruction) - 1;
    const opener = open.at(-1);
    if (instruction.type !== undefined) {
      open.push(instruction);
    } else if (instruction.op === "else") {
      if (opener?.op !== "if") body.fail("else without if", instruction.at);
      if (opener.else !== undefined) body.fail("a second else", instruction.at);
      opener.else = index;
    } else if (instruction.op === "end") {
      if (opener === undefined) return code;
      opener.end = index;
      if (opener.else !== undefined) code[opener.else]!.end = index;
      open.pop();
    }
  }
}

function decodeInstruction(body: Reader, scope: Scope, depth: number): Instruction {
  const { at } = body;
  const octet = body.octet();
  const opcode = OPCODES[octet];
  if (opcode === undefined) body.fail(refusal(octet), at);
  const { name: op, immediate, width } = opcode;
  switch (immediate) {
    case "none":
      return { op, at };
    case "block type":
      return { op, at, type: decodeBlockType(body) };
    case "label":
      // The body is a label too, outside all blocks.
      return { op, at, immediate: decodeIndex(body, immediate, depth + 1) };
    case "function":
      return { op, at, immediate: decodeIndex(body, immediate, scope.functions) };
    case "local":
      return { op, at, immediate: decodeIndex(body, immediate, scope.locals) };
    case "global":
      return { op, at, immediate: decodeIndex(body, immediate, scope.globals) };
    case "memory": {
      const align = body.u32();
      // Above the width it would be invalid, or name a memory (bit 6).
      if (2 ** align > width) body.fail(`an alignment of 2^${align} for ${width} octets`, at);
      return { op, at, align, offset: body.u32() };
    }
    case "i32":
      return { op, at, value: BigInt.asUintN(32, body.s32()) };
    case "i64":
      return { op, at, value: BigInt.asUintN(64, body.s64()) };
  }
}

function decodeBlockType(body: Reader): ValueType | null {
  const { at } = body;
  const octet = body.octet();
  if (octet === NO_VALUE) return null;
  return valueTypeOf(octet) ?? body.fail("a block may have no parameters and one integer", at);
}

function decodeIndex(body: Reader, what: string, count: number): number {
  const { at } = body;
  const index = body.u32();
  if (index >= count) body.fail(`there is no ${what} ${index}`, at);
  return index;
}

/** Undefined for floats, vectors, references and what is no type. */
export function valueTypeOf(octet: number): ValueType | undefined {
  if (octet === I32) return "i32";
  if (octet === I64) return "i64";
  return undefined;
}
