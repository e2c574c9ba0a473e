/**
 * Whose proofs tell whether a function is right: its own; or, as the machine runs a function without
 * any inside those that call it, its nearest callers' that have some.
 */
import { unitsOf } from "../refute.ts";
import { decode } from "../wasm/decode.ts";
import type { Core } from "./difference.ts";

/** For each function of a module, by name, those to ask: itself, if there is no other. */
export function judgesIn(core: Core): (name: string) => string[] {
  const callers = callersIn(core);
  const hasUnit = (name: string): boolean => unitsOf(name, core.manifest.functions).length > 0;
  return (name) => {
    const judges: string[] = [];
    // What is added while this goes on is visited too.
    const visited = new Set([name]);
    for (const one of visited) {
      if (hasUnit(one)) judges.push(one);
      else for (const caller of callers.get(one) ?? []) visited.add(caller);
    }
    return judges.length > 0 ? judges : [name];
  };
}

function callersIn({ binary, manifest }: Core): Map<string, Set<string>> {
  const { functions } = decode(binary);
  const names = Object.entries(manifest.functions);
  const nameOf = new Map(names.map(([name, index]) => [index, name]));
  const callers = new Map(names.map(([name]) => [name, new Set<string>()]));
  for (const [caller, index] of names) {
    for (const { op, immediate } of functions[index]!.code) {
      if (op === "call") callers.get(nameOf.get(immediate!)!)!.add(caller);
    }
  }
  return callers;
}
