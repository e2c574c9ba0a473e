/**
 * The same module with everything exported, so that the engine can call a function by itself. For
 * tests and for the replay of counterexamples: no proof depends on it.
 */
import { decode } from "./decode.ts";
import type { Export } from "./module.ts";
import { Reader } from "./reader.ts";

const HEADER_LENGTH = 8;
const CUSTOM = 0;
const EXPORT = 7;
const KINDS: Record<Export["kind"], number> = { function: 0x00, memory: 0x02, global: 0x03 };

/**
 * Exports function i as `f<i>` also, and the memory as `memory`. The code is not touched, but it
 * may begin at another offset. Throws what `decode` throws, or when such a name stands for
 * something else.
 */
export function exportAll(bytes: Uint8Array): Uint8Array {
  const { functions, exports } = decode(bytes);
  for (const { index } of functions) add(exports, `f${index}`, { kind: "function", index });
  add(exports, "memory", { kind: "memory", index: 0 });
  return replaceExports(bytes, exportSection(exports));
}

function add(exports: Map<string, Export>, name: string, entry: Export): void {
  const present = exports.get(name) ?? entry;
  if (present.kind !== entry.kind || present.index !== entry.index) {
    throw new Error(`"${name}" is already exported: as ${present.kind} ${present.index}`);
  }
  exports.set(name, entry);
}

function replaceExports(bytes: Uint8Array, section: number[]): Uint8Array {
  const module = new Reader(bytes, "module", HEADER_LENGTH);
  // Where the export section is, or belongs.
  let at = module.at;
  let end = at;
  while (!module.isAtEnd) {
    const start = module.at;
    const id = module.octet();
    module.part("section");
    if (id === CUSTOM) continue;
    if (id > EXPORT) break;
    at = id === EXPORT ? start : module.at;
    end = module.at;
  }
  return Uint8Array.from([...bytes.subarray(0, at), ...section, ...bytes.subarray(end)]);
}

function exportSection(exports: Map<string, Export>): number[] {
  const entries = [...exports].flatMap(([name, { kind, index }]) => {
    const octets = [...new TextEncoder().encode(name)];
    return [...u32(octets.length), ...octets, KINDS[kind], ...u32(index)];
  });
  const contents = [...u32(exports.size), ...entries];
  return [EXPORT, ...u32(contents.length), ...contents];
}

/** LEB128. */
function u32(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...u32(value >>> 7)];
}
