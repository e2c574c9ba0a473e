/**
 * Both arms of an `if` that only compute, run as one path: what they leave is a choice between
 * their results. Without this, a loop with eight such arms would be 2^8 paths.
 */
import { ite } from "../terms/logic.ts";
import type { Term } from "../terms/term.ts";
import type { Instruction, WasmFunction } from "../wasm/module.ts";
import { accessOf, binaryOf, unaryOf } from "./operations.ts";

const PLAIN = new Set([
  "i32.const",
  "i64.const",
  "local.get",
  "local.set",
  "local.tee",
  "global.get",
  "drop",
  "select",
  "nop",
  "if",
  "else",
  "end",
]);

/** Whether the arms of the `if` at `at` neither leave it nor change memory. */
export function onlyComputes(body: WasmFunction, at: number): boolean {
  return body.code.slice(at, body.code[at]!.end).every(isPlain);
}

function isPlain({ op }: Instruction): boolean {
  const access = accessOf(op);
  if (access) return !access.isStore;
  return PLAIN.has(op) || binaryOf(op) !== undefined || unaryOf(op) !== undefined;
}

interface Values {
  locals: Term[];
  stack: Term[];
}

/** The values of one arm or the other. */
export function joined(condition: Term, yes: Values, otherwise: Values): Values {
  const join = (ones: Term[], others: Term[]) =>
    ones.map((one, i) => ite(condition, one, others[i]!));
  return {
    locals: join(yes.locals, otherwise.locals),
    stack: join(yes.stack, otherwise.stack),
  };
}
