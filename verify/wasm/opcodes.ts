/**
 * The instructions that the verifier knows (WebAssembly 1.0 §5.4, and the sign extensions of 2.0).
 * Whatever is not in `OPCODES` is refused.
 */

/** What follows the opcode. */
export type Immediate =
  "none" | "block type" | "label" | "function" | "local" | "global" | "memory" | "i32" | "i64";

export interface Opcode {
  name: string;
  immediate: Immediate;
  /** How many octets of memory it reads or writes; 0 for none. */
  width: number;
}

function plain(name: string): Opcode {
  return { name, immediate: "none", width: 0 };
}

function taking(name: string, immediate: Immediate): Opcode {
  return { name, immediate, width: 0 };
}

function access(name: string, width: number): Opcode {
  return { name, immediate: "memory", width };
}

export const OPCODES: { readonly [octet: number]: Opcode } = {
  0x00: plain("unreachable"),
  0x01: plain("nop"),
  0x02: taking("block", "block type"),
  0x03: taking("loop", "block type"),
  0x04: taking("if", "block type"),
  0x05: plain("else"),
  0x0b: plain("end"),
  0x0c: taking("br", "label"),
  0x0d: taking("br_if", "label"),
  0x0f: plain("return"),
  0x10: taking("call", "function"),
  0x1a: plain("drop"),
  0x1b: plain("select"),
  0x20: taking("local.get", "local"),
  0x21: taking("local.set", "local"),
  0x22: taking("local.tee", "local"),
  0x23: taking("global.get", "global"),

  0x28: access("i32.load", 4),
  0x29: access("i64.load", 8),
  0x2c: access("i32.load8_s", 1),
  0x2d: access("i32.load8_u", 1),
  0x2e: access("i32.load16_s", 2),
  0x2f: access("i32.load16_u", 2),
  0x30: access("i64.load8_s", 1),
  0x31: access("i64.load8_u", 1),
  0x32: access("i64.load16_s", 2),
  0x33: access("i64.load16_u", 2),
  0x34: access("i64.load32_s", 4),
  0x35: access("i64.load32_u", 4),
  0x36: access("i32.store", 4),
  0x37: access("i64.store", 8),
  0x3a: access("i32.store8", 1),
  0x3b: access("i32.store16", 2),
  0x3c: access("i64.store8", 1),
  0x3d: access("i64.store16", 2),
  0x3e: access("i64.store32", 4),

  0x41: taking("i32.const", "i32"),
  0x42: taking("i64.const", "i64"),

  0x45: plain("i32.eqz"),
  0x46: plain("i32.eq"),
  0x47: plain("i32.ne"),
  0x48: plain("i32.lt_s"),
  0x49: plain("i32.lt_u"),
  0x4a: plain("i32.gt_s"),
  0x4b: plain("i32.gt_u"),
  0x4c: plain("i32.le_s"),
  0x4d: plain("i32.le_u"),
  0x4e: plain("i32.ge_s"),
  0x4f: plain("i32.ge_u"),

  0x50: plain("i64.eqz"),
  0x51: plain("i64.eq"),
  0x52: plain("i64.ne"),
  0x53: plain("i64.lt_s"),
  0x54: plain("i64.lt_u"),
  0x55: plain("i64.gt_s"),
  0x56: plain("i64.gt_u"),
  0x57: plain("i64.le_s"),
  0x58: plain("i64.le_u"),
  0x59: plain("i64.ge_s"),
  0x5a: plain("i64.ge_u"),

  0x67: plain("i32.clz"),
  0x68: plain("i32.ctz"),
  0x69: plain("i32.popcnt"),
  0x6a: plain("i32.add"),
  0x6b: plain("i32.sub"),
  0x6c: plain("i32.mul"),
  0x71: plain("i32.and"),
  0x72: plain("i32.or"),
  0x73: plain("i32.xor"),
  0x74: plain("i32.shl"),
  0x75: plain("i32.shr_s"),
  0x76: plain("i32.shr_u"),
  0x77: plain("i32.rotl"),
  0x78: plain("i32.rotr"),

  0x79: plain("i64.clz"),
  0x7a: plain("i64.ctz"),
  0x7b: plain("i64.popcnt"),
  0x7c: plain("i64.add"),
  0x7d: plain("i64.sub"),
  0x7e: plain("i64.mul"),
  0x83: plain("i64.and"),
  0x84: plain("i64.or"),
  0x85: plain("i64.xor"),
  0x86: plain("i64.shl"),
  0x87: plain("i64.shr_s"),
  0x88: plain("i64.shr_u"),
  0x89: plain("i64.rotl"),
  0x8a: plain("i64.rotr"),

  0xa7: plain("i32.wrap_i64"),
  0xac: plain("i64.extend_i32_s"),
  0xad: plain("i64.extend_i32_u"),
  0xc0: plain("i32.extend8_s"),
  0xc1: plain("i32.extend16_s"),
  0xc2: plain("i64.extend8_s"),
  0xc3: plain("i64.extend16_s"),
  0xc4: plain("i64.extend32_s"),
};

/** Names of what is refused, by first and last opcode. Only for errors: nothing depends on them. */
const REFUSED: [first: number, last: number, name: string][] = [
  [0x0e, 0x0e, "br_table"],
  [0x11, 0x11, "call_indirect"],
  [0x12, 0x15, "a tail call or a call by reference"],
  [0x1c, 0x1c, "select with types"],
  [0x24, 0x24, "global.set"],
  [0x25, 0x26, "an access to a table"],
  [0x2a, 0x2b, "a load of a float"],
  [0x38, 0x39, "a store of a float"],
  [0x3f, 0x3f, "memory.size"],
  [0x40, 0x40, "memory.grow"],
  [0x43, 0x44, "a float constant"],
  [0x5b, 0x66, "a comparison of floats"],
  [0x6d, 0x70, "a division of i32, which may trap,"],
  [0x7f, 0x82, "a division of i64, which may trap,"],
  [0x8b, 0xa6, "float arithmetic"],
  [0xa8, 0xab, "a conversion from a float"],
  [0xae, 0xbf, "a conversion of floats"],
  [0xfc, 0xfc, "bulk memory or a saturating conversion"],
  [0xfd, 0xfd, "a vector instruction"],
  [0xfe, 0xfe, "an atomic instruction"],
];

/** Says that an opcode outside `OPCODES` is refused, and what it is, if that is known. */
export function refusal(octet: number): string {
  const code = `0x${octet.toString(16).padStart(2, "0")}`;
  const entry = REFUSED.find(([first, last]) => first <= octet && octet <= last);
  return entry ? `${entry[2]} (opcode ${code}) is not allowed` : `unknown opcode ${code}`;
}
