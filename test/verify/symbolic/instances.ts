/** Single instructions as functions of one module: for V8 to run, and decoded. */
import { accessOf, binaryOf, unaryOf } from "../../../verify/symbolic/operations.ts";
import { decode } from "../../../verify/wasm/decode.ts";
import type { Module } from "../../../verify/wasm/module.ts";
import { OPCODES } from "../../../verify/wasm/opcodes.ts";
import * as wasm from "../wasm/assemble.ts";

/** Of the loads and stores: added to the address. */
export const OFFSET = 5;

type Type = "i32" | "i64";

/** A function of one instruction, by its opcode. */
export interface Instance {
  op: string;
  params: Type[];
  module: Module;
  index: number;
  exports: Record<string, unknown>;
}

/** One module with a function for each instruction that the machine computes by operations.ts. */
export function instancesOf(): Instance[] {
  const ops = Object.entries(OPCODES)
    .map(([octet, opcode]) => ({ octet: Number(octet), ...opcode }))
    .filter(({ name }) => binaryOf(name) ?? unaryOf(name) ?? accessOf(name));
  const octets = wasm.moduleOf({
    types: wasm.section(
      1,
      wasm.vector(
        ...ops.map(({ name }) =>
          wasm.functionType(paramsOf(name).map(typeOctet), resultsOf(name).map(typeOctet)),
        ),
      ),
    ),
    functions: wasm.section(3, wasm.vector(...ops.map((_, i) => i))),
    exports: wasm.section(
      7,
      wasm.vector(...ops.map(({ name }, i) => [wasm.name(name), 0, wasm.u32(i)]), [
        wasm.name("memory"),
        2,
        0,
      ]),
    ),
    code: wasm.section(
      10,
      wasm.vector(
        ...ops.map(({ name, octet }) =>
          wasm.sized(
            wasm.vector(),
            paramsOf(name).map((_, i) => [0x20, i]),
            octet,
            accessOf(name) ? [0, OFFSET] : [],
            wasm.END,
          ),
        ),
      ),
    ),
  });
  const module = decode(octets);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(octets as BufferSource));
  return ops.map(({ name }, index) => ({
    op: name,
    params: paramsOf(name),
    module,
    index,
    exports,
  }));
}

function paramsOf(op: string): Type[] {
  const access = accessOf(op);
  const own = op.slice(0, 3) as Type;
  if (access) return access.isStore ? ["i32", own] : ["i32"];
  if (op === "i32.wrap_i64") return ["i64"];
  if (op.startsWith("i64.extend_i32")) return ["i32"];
  return unaryOf(op) ? [own] : [own, own];
}

function resultsOf(op: string): Type[] {
  if (accessOf(op)?.isStore) return [];
  const isClaim = /\.(eqz?|ne|[lg][te]_[us])$/.test(op);
  return [isClaim ? "i32" : (op.slice(0, 3) as Type)];
}

function typeOctet(type: Type): number {
  return type === "i32" ? wasm.I32 : wasm.I64;
}

export function widthOf(type: Type): 32 | 64 {
  return type === "i32" ? 32 : 64;
}

/** Runs the instruction; its result is unsigned. */
export function inV8({ op, params, exports }: Instance, values: bigint[]): bigint | undefined {
  const run = exports[op] as (...args: (number | bigint)[]) => number | bigint | undefined;
  const args = values.map((value, i) => (params[i] === "i32" ? Number(value) : value));
  const result = run(...args);
  if (result === undefined) return undefined;
  return BigInt.asUintN(typeof result === "bigint" ? 64 : 32, BigInt(result));
}

/** The memory of the instance, cleared. */
export function memoryOf({ exports }: Instance): Uint8Array {
  return new Uint8Array((exports["memory"] as WebAssembly.Memory).buffer).fill(0);
}
