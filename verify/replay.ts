/**
 * A counterexample on the real module, in V8: memory as it says, the function called, and what came
 * of it. For the reader of a refutation; no proof depends on it.
 */
import { PACKETS, PACKET_AREA, REGIONS } from "./contracts/layout.ts";
import type { FoundModel } from "./solver/model.ts";
import type { Entry } from "./symbolic/path.ts";
import { evaluator } from "./terms/evaluate.ts";
import { number } from "./terms/show.ts";
import { constant, type Term } from "./terms/term.ts";
import { exportAll } from "./wasm/instrument.ts";

const MOST_CHANGES = 40;

/** Where an element's field is. */
interface Place {
  at: number;
  octets: number;
}

/** Lines that say what the module does from where a path began. */
export function replayed(
  bytes: Uint8Array,
  functions: Record<string, number>,
  model: FoundModel,
  entry: Entry,
): string[] {
  const evaluate = evaluator(model);
  const module = new WebAssembly.Module(exportAll(bytes) as BufferSource);
  const { exports } = new WebAssembly.Instance(module);
  const memory = new Uint8Array((exports["memory"] as WebAssembly.Memory).buffer);
  setTables(memory, model, entry, evaluate);
  const packet = setPacket(memory, model, entry, evaluate);
  const before = memory.slice();
  const args = entry.args.map((arg) =>
    arg.width === 64 ? evaluate(arg) : Number(BigInt.asIntN(32, evaluate(arg))),
  );
  const name = Object.keys(functions).find((one) => functions[one] === entry.index);
  const given = entry.args.map((arg) => number(evaluate(arg))).join(", ");
  let outcome: string;
  try {
    const run = exports[`f${entry.index}`] as (...args: (number | bigint)[]) => number | bigint;
    const result = run(...args);
    outcome = result === undefined ? "returns" : `returns ${unsigned(result)}`;
  } catch (error) {
    outcome = `traps: ${(error as Error).message}`;
  }
  const changes = changesIn(before, memory, packet);
  const excess = changes.length - MOST_CHANGES;
  return [
    `in V8, ${name}(${given}) ${outcome}`,
    ...(changes.length === 0 ? ["in V8, memory stays as it is"] : []),
    ...changes.slice(0, MOST_CHANGES).map((change) => `in V8, ${change}`),
    ...(excess > 0 ? [`in V8, ${excess} more changes`] : []),
  ];
}

/** What the model does not say is zero. */
function setTables(
  memory: Uint8Array,
  { applications }: FoundModel,
  { state }: Entry,
  evaluate: (term: Term) => bigint,
): void {
  for (const region of REGIONS) {
    for (const field of region.fields.filter(({ name }) => state.names.includes(name))) {
      const table = state.table(field.name);
      const indices = new Set(table.written.map(({ index }) => evaluate(index)));
      for (const key of applications.keys()) {
        const at = indexIn(key, table.base);
        if (at !== undefined) indices.add(at);
      }
      for (const index of indices) {
        if (index >= BigInt(region.count)) continue;
        const at = region.base + region.stride * Number(index) + field.offset;
        const value = evaluate(table.read(constant(index, 32)));
        write(memory, { at, octets: field.width / 8 }, value);
      }
    }
  }
}

/** The packet's address; undefined when there is none, or it lies elsewhere. */
function setPacket(
  memory: Uint8Array,
  { applications }: FoundModel,
  { octets, packet }: Entry,
  evaluate: (term: Term) => bigint,
): number | undefined {
  if (!packet) return undefined;
  const base = Number(evaluate(packet.base));
  const end = PACKETS + PACKET_AREA;
  if (base < PACKETS || base > end) return undefined;
  const put = (distance: bigint, value: bigint): void => {
    const at = base + Number(distance);
    if (at < end) memory[at] = Number(value);
  };
  for (const [key, value] of applications) {
    const distance = indexIn(key, octets.arrived);
    if (distance !== undefined) put(distance, value);
  }
  for (const { at, value } of octets.written) put(evaluate(at), evaluate(value));
  return base;
}

/** What the model calls `base(index)`. */
function indexIn(key: string, base: string | undefined): bigint | undefined {
  const [, name, index] = /^(.*)\((\d+)\)$/.exec(key) ?? [];
  return name !== undefined && name === base ? BigInt(index!) : undefined;
}

function changesIn(before: Uint8Array, after: Uint8Array, packet: number | undefined): string[] {
  const changes: string[] = [];
  for (let at = 0; at < after.length; at++) {
    if (before[at] === after[at]) continue;
    const { name, place } = placeOf(at, packet);
    changes.push(`${name}: ${number(read(before, place))} becomes ${number(read(after, place))}`);
    at = place.at + place.octets - 1;
  }
  return changes;
}

/** The field that an octet of memory belongs to. */
function placeOf(at: number, packet: number | undefined): { name: string; place: Place } {
  const isIn = (base: number, size: number): boolean => base <= at && at < base + size;
  const region = REGIONS.find(({ base, stride, count }) => isIn(base, stride * count));
  if (!region) return { name: `octet ${at} of memory`, place: { at, octets: 1 } };
  if (region.name === "packets" && packet !== undefined) {
    return { name: `octet ${at - packet} of the packet`, place: { at, octets: 1 } };
  }
  const index = Math.floor((at - region.base) / region.stride);
  const start = region.base + index * region.stride;
  const field = region.fields.find(({ offset, width }) => isIn(start + offset, width / 8));
  if (!field) return { name: `octet ${at} of memory`, place: { at, octets: 1 } };
  const place = { at: start + field.offset, octets: field.width / 8 };
  return { name: `${field.name}[${number(BigInt(index))}]`, place };
}

function read(memory: Uint8Array, { at, octets }: Place): bigint {
  let value = 0n;
  for (let i = octets - 1; i >= 0; i--) value = (value << 8n) | BigInt(memory[at + i]!);
  return value;
}

function write(memory: Uint8Array, { at, octets }: Place, value: bigint): void {
  for (let i = 0; i < octets; i++) memory[at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
}

function unsigned(result: number | bigint): string {
  return number(BigInt.asUintN(typeof result === "bigint" ? 64 : 32, BigInt(result)));
}
