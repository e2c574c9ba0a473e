/** What the numeric instructions compute, as terms. */
import { add, multiply, subtract } from "../terms/arithmetic.ts";
import { bitwise, extract, signExtend, zeroExtend } from "../terms/bits.ts";
import { rotateLeft, shiftLeft, shiftRight, shiftRightSigned } from "../terms/shifts.ts";
import { eq, slt, ule, ult } from "../terms/comparisons.ts";
import { no, number } from "../terms/logic.ts";
import { constant, type Term } from "../terms/term.ts";

type Binary = (a: Term, b: Term) => Term;
type Unary = (a: Term) => Term;

function claim(says: Binary): Binary {
  return (a, b) => number(says(a, b), 32);
}

const BINARY: Record<string, Binary> = {
  add,
  sub: subtract,
  mul: multiply,
  and: (a, b) => bitwise("and", a, b),
  or: (a, b) => bitwise("or", a, b),
  xor: (a, b) => bitwise("xor", a, b),
  shl: shiftLeft,
  shr_u: shiftRight,
  shr_s: shiftRightSigned,
  rotl: rotateLeft,
  rotr: (a, b) => rotateLeft(a, subtract(constant(0, b.width), b)),
  eq: claim(eq),
  ne: claim((a, b) => no(eq(a, b))),
  lt_u: claim(ult),
  gt_u: claim((a, b) => ult(b, a)),
  le_u: claim(ule),
  ge_u: claim((a, b) => ule(b, a)),
  lt_s: claim(slt),
  gt_s: claim((a, b) => slt(b, a)),
  le_s: claim((a, b) => no(slt(b, a))),
  ge_s: claim((a, b) => no(slt(a, b))),
};

const UNARY: Record<string, Unary> = {
  "i32.eqz": (a) => number(eq(a, constant(0, 32)), 32),
  "i64.eqz": (a) => number(eq(a, constant(0, 64)), 32),
  "i32.wrap_i64": (a) => extract(a, 31, 0),
  "i64.extend_i32_u": (a) => zeroExtend(a, 64),
  "i64.extend_i32_s": (a) => signExtend(a, 64),
  "i32.extend8_s": (a) => signExtend(extract(a, 7, 0), 32),
  "i32.extend16_s": (a) => signExtend(extract(a, 15, 0), 32),
  "i64.extend8_s": (a) => signExtend(extract(a, 7, 0), 64),
  "i64.extend16_s": (a) => signExtend(extract(a, 15, 0), 64),
  "i64.extend32_s": (a) => signExtend(extract(a, 31, 0), 64),
};

/** The function of a two-operand instruction, or undefined. */
export function binaryOf(op: string): Binary | undefined {
  return Object.hasOwn(UNARY, op) ? undefined : BINARY[op.slice(4)];
}

/** The function of a one-operand instruction, or undefined. */
export function unaryOf(op: string): Unary | undefined {
  return UNARY[op];
}

/** How a load or store moves its operand. */
export interface Access {
  isStore: boolean;
  /** Octets in memory. */
  octets: number;
  /** Bits on the stack. */
  width: number;
  isSigned: boolean;
}

export function accessOf(op: string): Access | undefined {
  const parts = /^i(32|64)\.(load|store)(8|16|32)?(_s|_u)?$/.exec(op);
  if (!parts) return undefined;
  const width = Number(parts[1]);
  return {
    isStore: parts[2] === "store",
    octets: Number(parts[3] ?? width) / 8,
    width,
    isSigned: parts[4] === "_s",
  };
}
