/**
 * A module from its octets (WebAssembly 1.0 §5.5), or a `DecodeError` that says what is wrong. The
 * verifier takes much less than WebAssembly allows: integers only, one memory of fixed size, nothing
 * imported, and no state outside that memory.
 *
 * Trusted: a proof is about what is decoded here, so this has to read octets as the engine does.
 */
import { decodeCode, valueTypeOf } from "./body.ts";
import type { Export, FunctionType, Global, Module, ValueType, WasmFunction } from "./module.ts";
import { Reader } from "./reader.ts";

const CUSTOM = 0;

/** In the order of their ids, in which they have to come. */
const SECTIONS: { readonly [id: number]: string } = {
  1: "type",
  3: "function",
  5: "memory",
  6: "global",
  7: "export",
  10: "code",
};
const TYPE = 1;
const FUNCTION = 3;
const MEMORY = 5;
const GLOBAL = 6;
const EXPORT = 7;
const CODE = 10;

const REFUSED_SECTIONS: { readonly [id: number]: string } = {
  2: "imports",
  4: "tables",
  8: "a start function",
  9: "element segments",
  11: "data segments",
  12: "a data count",
  13: "tags",
};

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const FUNCTION_TYPE = 0x60;
const UNLIMITED = 0x00;
const LIMITED = 0x01;
const IMMUTABLE = 0x00;
const I32_CONST = 0x41;
const I64_CONST = 0x42;
const END = 0x0b;
const EXPORT_KINDS: Export["kind"][] = ["function", "memory", "global"];
const EXPORT_KIND_CODES = [0x00, 0x02, 0x03];

/** Memory has no more in 32 bits. */
const MAX_PAGES = 65_536;
/** Besides parameters. Without a limit a few octets could declare 2^32 of them. */
const MAX_LOCALS = 1000;

/** Throws `DecodeError`; or WebAssembly.CompileError, as `assertValid`. */
export function decode(bytes: Uint8Array): Module {
  const module = new Reader(bytes);
  for (const [at, expected] of HEADER.entries()) {
    if (module.isAtEnd || module.octet() !== expected) {
      module.fail(at < 4 ? "this is not a WebAssembly module" : "its version is not 1", at);
    }
  }
  const sections = decodeSections(module);
  const section = (id: number): Reader | undefined => sections.get(id);

  const types = decodeVector(section(TYPE), decodeType);
  const signatures = decodeVector(section(FUNCTION), (reader) => decodeTypeUse(reader, types));
  const memories = decodeVector(section(MEMORY), decodeMemory);
  if (memories.length !== 1) module.fail(`${memories.length} memories instead of one`);
  const globals = decodeVector(section(GLOBAL), decodeGlobal);
  const counts = { function: signatures.length, memory: 1, global: globals.length };
  const exports = decodeExports(section(EXPORT), counts);
  const functions = decodeVector(section(CODE), (reader, index) => {
    const body = reader.part(`function ${index}`);
    const type = signatures[index] ?? body.fail("it has no type");
    return decodeFunction(body, { index, type }, counts);
  });
  if (functions.length !== signatures.length) {
    module.fail(`${signatures.length} functions with ${functions.length} bodies`);
  }
  assertValid(bytes);
  return { functions, globals, exports, memory: { pages: memories[0]! } };
}

/**
 * Throws WebAssembly.CompileError unless the module is valid: that operands are there, and of the
 * right types, on every path. This is the engine's own check, made again before the module runs;
 * it sees the same octets, and the engine is trusted anyway.
 */
export function assertValid(bytes: Uint8Array): void {
  new WebAssembly.Module(bytes);
}

function decodeSections(module: Reader): Map<number, Reader> {
  const sections = new Map<number, Reader>();
  let last = CUSTOM;
  while (!module.isAtEnd) {
    const { at } = module;
    const id = module.octet();
    if (id === CUSTOM) {
      // Names, for example. "Ignored by the WebAssembly semantics" (§5.5.3), so by ours.
      module.part("custom section").name();
      continue;
    }
    const refused = REFUSED_SECTIONS[id];
    if (refused !== undefined) module.fail(`${refused}, section ${id}: not allowed`, at);
    const name = SECTIONS[id] ?? module.fail(`unknown section ${id}`, at);
    if (id <= last) module.fail(`the ${name} section is out of order`, at);
    last = id;
    sections.set(id, module.part(`${name} section`));
  }
  return sections;
}

/** All of a section, which may be absent. */
function decodeVector<Item>(
  section: Reader | undefined,
  item: (reader: Reader, index: number) => Item,
): Item[] {
  if (section === undefined) return [];
  const items = section.vector((index) => item(section, index));
  section.finish();
  return items;
}

function decodeType(reader: Reader): FunctionType {
  if (reader.octet() !== FUNCTION_TYPE) reader.fail("not a function type", reader.at - 1);
  const params = reader.vector(() => decodeValueType(reader));
  const { at } = reader;
  const results = reader.vector(() => decodeValueType(reader));
  if (results.length > 1) reader.fail(`${results.length} results instead of one at most`, at);
  return { params, results };
}

function decodeTypeUse(reader: Reader, types: FunctionType[]): FunctionType {
  const { at } = reader;
  const index = reader.u32();
  return types[index] ?? reader.fail(`there is no type ${index}`, at);
}

function decodeValueType(reader: Reader): ValueType {
  const { at } = reader;
  return valueTypeOf(reader.octet()) ?? reader.fail("a type other than i32 and i64", at);
}

/** Its pages. */
function decodeMemory(reader: Reader): number {
  const { at } = reader;
  const kind = reader.octet();
  if (kind === UNLIMITED) reader.fail("the memory has no maximum", at);
  if (kind !== LIMITED) reader.fail("the memory is shared, or not of 32 bits", at);
  const pages = reader.u32();
  if (reader.u32() !== pages) reader.fail("the memory can grow", at);
  if (pages > MAX_PAGES) reader.fail(`${pages} pages of memory`, at);
  return pages;
}

function decodeGlobal(reader: Reader): Global {
  const type = decodeValueType(reader);
  const { at } = reader;
  if (reader.octet() !== IMMUTABLE) reader.fail("the global is mutable", at);
  const isWide = type === "i64";
  if (reader.octet() !== (isWide ? I64_CONST : I32_CONST)) {
    reader.fail(`the global does not begin with ${type}.const`, at + 1);
  }
  const value = isWide ? BigInt.asUintN(64, reader.s64()) : BigInt.asUintN(32, reader.s32());
  if (reader.octet() !== END) reader.fail("the global is not a constant alone", reader.at - 1);
  return { type, value };
}

function decodeExports(
  section: Reader | undefined,
  counts: Record<Export["kind"], number>,
): Map<string, Export> {
  const exports = new Map<string, Export>();
  decodeVector(section, (reader) => {
    const { at } = reader;
    const name = reader.name();
    if (exports.has(name)) reader.fail(`a second export "${name}"`, at);
    const kind =
      EXPORT_KINDS[EXPORT_KIND_CODES.indexOf(reader.octet())] ??
      reader.fail(`"${name}" is no function, memory or global`, at);
    const index = reader.u32();
    if (index >= counts[kind]) reader.fail(`"${name}": there is no ${kind} ${index}`, at);
    exports.set(name, { kind, index });
  });
  return exports;
}

function decodeFunction(
  body: Reader,
  { index, type }: { index: number; type: FunctionType },
  counts: Record<Export["kind"], number>,
): WasmFunction {
  const locals = [...type.params];
  body.vector(() => {
    const { at } = body;
    const count = body.u32();
    const declared = locals.length - type.params.length + count;
    if (declared > MAX_LOCALS) body.fail(`more than ${MAX_LOCALS} locals`, at);
    const local = decodeValueType(body);
    for (let repeated = 0; repeated < count; repeated++) locals.push(local);
  });
  const { function: functions, global: globals } = counts;
  const code = decodeCode(body, { functions, globals, locals: locals.length });
  body.finish();
  return { index, type, locals, code };
}
