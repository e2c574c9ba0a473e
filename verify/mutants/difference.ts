/** Where a mutant is not the core. */
import { decode } from "../wasm/decode.ts";
import type { Instruction, WasmFunction } from "../wasm/module.ts";

/** The core or a mutant of it: a module, and its functions' names to their indices. */
export interface Core {
  binary: Uint8Array;
  manifest: { functions: Record<string, number> };
}

/** The functions of a mutant whose instructions are not those of the core, by name. */
export function changedFunctions(core: Core, mutant: Core): string[] {
  const [before, after] = [textsOf(core), textsOf(mutant)];
  return [...after.keys()].filter((name) => after.get(name) !== before.get(name));
}

/** Functions as text; they name each other, as one more or less changes the indices of the rest. */
function textsOf({ binary, manifest }: Core): Map<string, string> {
  const { functions } = decode(binary);
  const names = Object.entries(manifest.functions);
  const nameOf = new Map(names.map(([name, index]) => [index, name]));
  return new Map(names.map(([name, index]) => [name, textOf(functions[index]!, nameOf)]));
}

function textOf({ type, locals, code }: WasmFunction, nameOf: Map<number, string>): string {
  const lines = code.map((one) => lineOf(one, nameOf));
  return [type.params, type.results, locals, ...lines].join("\n");
}

function lineOf(one: Instruction, nameOf: Map<number, string>): string {
  const { op, immediate, value, offset, type } = one;
  const callee = op === "call" ? nameOf.get(immediate!) : undefined;
  return [op, callee ?? immediate, value, offset, type].join(" ");
}
