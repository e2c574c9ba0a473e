/** Instructions that only compute: they take values from stack, locals and globals, and put others there. */
import { isNonZero } from "../terms/comparisons.ts";
import { ite } from "../terms/logic.ts";
import { constant } from "../terms/term.ts";
import type { Global, Instruction } from "../wasm/module.ts";
import type { Facts } from "./facts.ts";
import type { Frame } from "./frame.ts";
import { binaryOf, unaryOf } from "./operations.ts";

/** Executes such an instruction; false if it is another one. */
export function compute(
  { stack, locals }: Frame,
  { op, immediate, value }: Instruction,
  globals: readonly Global[],
  facts: Facts,
): boolean {
  const binary = binaryOf(op);
  if (binary) {
    const b = stack.pop()!;
    stack.push(binary(stack.pop()!, b));
    return true;
  }
  const unary = unaryOf(op);
  if (unary) {
    stack.push(unary(stack.pop()!));
    return true;
  }
  switch (op) {
    case "i32.const":
      stack.push(constant(value!, 32));
      return true;
    case "i64.const":
      stack.push(constant(value!, 64));
      return true;
    case "local.get":
      stack.push(locals[immediate!]!);
      return true;
    case "local.set":
      locals[immediate!] = stack.pop()!;
      return true;
    case "local.tee":
      locals[immediate!] = stack[stack.length - 1]!;
      return true;
    case "global.get": {
      const global = globals[immediate!]!;
      stack.push(constant(global.value, global.type === "i32" ? 32 : 64));
      return true;
    }
    case "drop":
      stack.pop();
      return true;
    case "select": {
      const condition = isNonZero(stack.pop()!);
      const otherwise = stack.pop()!;
      stack.push(ite(facts.refine(condition), stack.pop()!, otherwise));
      return true;
    }
    case "nop":
      return true;
    default:
      return false;
  }
}
