/**
 * Mutants of the core's octets, of which no source speaks: one opcode or one immediate is another.
 * They come from seeds, and the same seed makes the same mutant of the same module. Nobody has
 * looked at them: now and then one is equivalent to the core.
 */
import { assertValid, decode } from "../wasm/decode.ts";
import type { Instruction, WasmFunction } from "../wasm/module.ts";
import { OPCODES } from "../wasm/opcodes.ts";
import { judgesIn } from "./judges.ts";
import { type Unit, unitOf } from "./mutant.ts";

export interface BinaryMutant {
  name: string;
  binary: Uint8Array;
  /** What was changed, and where. */
  says: string;
  unit: Unit;
}

/** One octet that may be changed. */
interface Change {
  at: number;
  octet: number;
  says: string;
}

/** Opcodes that are easily mistaken for one another; i64 has the same ones. */
const MISTAKEN = [
  ["i32.add", "i32.sub"],
  ["i32.and", "i32.or"],
  ["i32.or", "i32.xor"],
  ["i32.shl", "i32.shr_u"],
  ["i32.eq", "i32.ne"],
  ["i32.lt_u", "i32.le_u"],
  ["i32.gt_u", "i32.ge_u"],
  ["i32.lt_s", "i32.le_s"],
  ["i32.gt_s", "i32.ge_s"],
  ["i32.load8_u", "i32.load8_s"],
  ["i32.load16_u", "i32.load16_s"],
];

const OCTETS = new Map(Object.entries(OPCODES).map(([octet, { name }]) => [name, Number(octet)]));
const OTHERS = new Map<string, string[]>([["i64.load32_u", ["i64.load32_s"]]]);
for (const type of ["i32", "i64"]) {
  for (const pair of MISTAKEN) {
    const [one, other] = pair.map((name) => name.replace("i32", type)) as [string, string];
    OTHERS.set(one, [...(OTHERS.get(one) ?? []), other]);
    OTHERS.set(other, [...(OTHERS.get(other) ?? []), one]);
  }
}

/** The mutant that `seed` stands for. `functions` is the manifest's. */
export function binaryMutant(
  core: Uint8Array,
  functions: Record<string, number>,
  seed: number,
): BinaryMutant {
  const draw = generator(seed);
  const bodies = decode(core).functions;
  const judgesOf = judgesIn({ binary: core, manifest: { functions } });
  const targets = Object.entries(functions).flatMap(([name, index]) => {
    const unit = unitOf(judgesOf(name)[0]!);
    return unit ? [{ name, index, unit }] : [];
  });
  for (;;) {
    const { name, index, unit } = targets[draw(targets.length)]!;
    const changes = changesTo(bodies[index]!, core);
    if (changes.length === 0) continue;
    const change = changes[draw(changes.length)]!;
    const binary = core.slice();
    binary[change.at] = change.octet;
    assertValid(binary);
    const says = `${name}: ${change.says} at octet ${change.at}`;
    return { name: `binary-${seed}`, binary, says, unit };
  }
}

function changesTo({ code }: WasmFunction, core: Uint8Array): Change[] {
  return code.flatMap((instruction) => [
    ...otherOpcodes(instruction),
    ...otherImmediates(instruction, core),
  ]);
}

function otherOpcodes(instruction: Instruction): Change[] {
  const { op, at } = instruction;
  const others = OTHERS.get(op) ?? [];
  return others.map((other) => ({
    at,
    octet: OCTETS.get(other)!,
    says: `${op} -> ${other}`,
  }));
}

/** A constant, or the offset of an access, by one more and one less. */
function otherImmediates(instruction: Instruction, core: Uint8Array): Change[] {
  const { op, at, value, offset } = instruction;
  if (value === undefined && offset === undefined) return [];
  // An access has its alignment first, of one octet.
  const place = value === undefined ? at + 2 : at + 1;
  const octet = core[place]!;
  const isLast = octet < 0x80;
  const bits = isLast && value !== undefined ? signed(octet) : octet & 0x7f;
  const [least, most] = isLast && value !== undefined ? [-0x40, 0x3f] : [0, 0x7f];
  const steps = [-1, 1].filter((step) => bits + step >= least && bits + step <= most);
  return steps.map((step) => ({
    at: place,
    octet: (octet & 0x80) | ((bits + step) & 0x7f),
    says: `${op} ${value ?? `offset=${offset}`} ${step > 0 ? "+" : "-"} 1`,
  }));
}

/** The last septet of a signed LEB128 number. */
function signed(septet: number): number {
  return septet < 0x40 ? septet : septet - 0x80;
}

/** Draws numbers below a limit (Mulberry32). */
function generator(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return Math.floor((((word ^ (word >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}
