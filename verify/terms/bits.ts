/**
 * Bits moved about: slices, concatenation, masks and shifts by constants all become one form, a
 * `concat` of slices, so that a port is the same term however the code has swapped and shifted it.
 */
import { isChoice, ite } from "./logic.ts";
import { constant, intern, isConstant, ones, type Term } from "./term.ts";

/** The bits `high` down to `low` of a term. */
export function extract(term: Term, high: number, low: number): Term {
  const width = high - low + 1;
  if (width === term.width) return term;
  if (term.max >> BigInt(low) === 0n) return constant(0, width);
  switch (term.op) {
    case "const":
      return constant(term.value >> BigInt(low), width);
    case "extract":
      return extract(term.args[0]!, high + term.low, low + term.low);
    case "concat":
      return extractPieces(term, high, low);
    case "not":
      return not(extract(term.args[0]!, high, low));
    case "and":
    case "or":
    case "xor": {
      const [a, b] = term.args as [Term, Term];
      return bitwise(term.op, extract(a, high, low), extract(b, high, low));
    }
    case "ite": {
      const [condition, a, b] = term.args as [Term, Term, Term];
      if (!isConstant(a) && !isConstant(b)) break;
      return ite(condition, extract(a, high, low), extract(b, high, low));
    }
  }
  const used = bitLength(term.max);
  if (high >= used) {
    return concat(constant(0, high - used + 1), extract(term, used - 1, low));
  }
  const max = term.max <= ones(high + 1) ? term.max >> BigInt(low) : ones(width);
  return intern({ op: "extract", width, low, args: [term], max });
}

function extractPieces(term: Term, high: number, low: number): Term {
  const pieces: Term[] = [];
  let top = term.width;
  for (const piece of term.args) {
    const bottom = top - piece.width;
    const from = Math.min(high, top - 1);
    const to = Math.max(low, bottom);
    if (from >= to) pieces.push(extract(piece, from - bottom, to - bottom));
    top = bottom;
  }
  return concat(...pieces);
}

/** Terms side by side, the most significant first. */
export function concat(...parts: Term[]): Term {
  const pieces: Term[] = [];
  for (const part of parts) {
    for (const piece of part.op === "concat" ? part.args : [part]) appendPiece(pieces, piece);
  }
  if (pieces.length === 1) return pieces[0]!;
  const whole = withoutKnownZeros(pieces);
  if (whole) return whole;
  let width = 0;
  let min = 0n;
  let max = 0n;
  for (const piece of pieces) {
    const shift = BigInt(piece.width);
    width += piece.width;
    min = (min << shift) | piece.min;
    max = (max << shift) | piece.max;
  }
  return intern({ op: "concat", width, args: pieces, min, max });
}

function appendPiece(pieces: Term[], piece: Term): void {
  const last = pieces[pieces.length - 1];
  if (last && isConstant(last) && isConstant(piece)) {
    const value = (last.value << BigInt(piece.width)) | piece.value;
    pieces[pieces.length - 1] = constant(value, last.width + piece.width);
    return;
  }
  const joined = last && joinSlices(last, piece);
  if (joined) pieces[pieces.length - 1] = joined;
  else pieces.push(piece);
}

/** Two neighbouring slices of one term as one slice. */
function joinSlices(upper: Term, lower: Term): Term | undefined {
  if (upper.op === "not" && lower.op === "not") {
    const inner = joinSlices(upper.args[0]!, lower.args[0]!);
    return inner && not(inner);
  }
  if (upper.op !== "extract") return undefined;
  const source = upper.args[0]!;
  const isLower =
    lower.op === "extract"
      ? lower.args[0] === source && lower.low + lower.width === upper.low
      : false;
  return isLower ? extract(source, upper.low + upper.width - 1, lower.low) : undefined;
}

/** Zeros before the low end of a term whose other bits are zero anyway are that term. */
function withoutKnownZeros(pieces: Term[]): Term | undefined {
  const [zeros, slice] = pieces;
  if (pieces.length !== 2 || !isConstant(zeros!) || zeros!.value !== 0n) return undefined;
  if (slice!.op !== "extract" || slice!.low !== 0) return undefined;
  const source = slice!.args[0]!;
  const isWhole = zeros!.width + slice!.width === source.width;
  return isWhole && source.max <= ones(slice!.width) ? source : undefined;
}

export function zeroExtend(term: Term, width: number): Term {
  return width === term.width ? term : concat(constant(0, width - term.width), term);
}

export function signExtend(term: Term, width: number): Term {
  if (width === term.width) return term;
  const extra = width - term.width;
  const sign = extract(term, term.width - 1, term.width - 1);
  if (isConstant(sign)) return concat(constant(sign.value === 1n ? -1n : 0n, extra), term);
  return concat(...Array.from({ length: extra }, () => sign), term);
}

export function not(term: Term): Term {
  switch (term.op) {
    case "const":
      return constant(~term.value, term.width);
    case "not":
      return term.args[0]!;
    case "concat":
      return concat(...term.args.map(not));
  }
  return intern({
    op: "not",
    width: term.width,
    args: [term],
    min: ones(term.width) - term.max,
    max: ones(term.width) - term.min,
  });
}

/** And, or, exclusive or: constants and repetitions dissolve slice by slice. */
export function bitwise(op: "and" | "or" | "xor", a: Term, b: Term): Term {
  if (a.op === "concat" || b.op === "concat" || isConstant(a) || isConstant(b)) {
    const cuts = cutsOf(a, b);
    if (cuts.length > 2) {
      const pieces: Term[] = [];
      for (let i = 0; i + 1 < cuts.length; i++) {
        const high = cuts[i]! - 1;
        const low = cuts[i + 1]!;
        pieces.push(bitwisePiece(op, extract(a, high, low), extract(b, high, low)));
      }
      return concat(...pieces);
    }
  }
  return bitwisePiece(op, a, b);
}

function bitwisePiece(op: "and" | "or" | "xor", a: Term, b: Term): Term {
  const all = ones(a.width);
  if (isConstant(a) && isConstant(b)) {
    const value =
      op === "and" ? a.value & b.value : op === "or" ? a.value | b.value : a.value ^ b.value;
    return constant(value, a.width);
  }
  const [fixed, other] = isConstant(a) ? [a, b] : [b, a];
  if (isConstant(fixed)) {
    if (fixed.value === 0n) return op === "and" ? fixed : other;
    if (fixed.value === all) return op === "and" ? other : op === "or" ? fixed : not(other);
  }
  if (a === b) return op === "xor" ? constant(0, a.width) : a;
  const truths = bitwiseTruths(op, a, b);
  if (truths) return truths;
  if (op === "xor" && (a.op === "not" || b.op === "not")) {
    const inner = bitwise("xor", a.op === "not" ? a.args[0]! : a, b.op === "not" ? b.args[0]! : b);
    return a.op === b.op ? inner : not(inner);
  }
  const repeated = op === "xor" ? cancelled(a, b) : undefined;
  if (repeated) return repeated;
  const args = a.id < b.id ? [a, b] : [b, a];
  const max = op === "and" ? (a.max < b.max ? a.max : b.max) : ones(bitLength(a.max | b.max));
  return intern({ op, width: a.width, args, max });
}

/** (x ^ y) ^ y is x. */
function cancelled(a: Term, b: Term): Term | undefined {
  for (const [pair, single] of [
    [a, b],
    [b, a],
  ] as const) {
    if (pair.op !== "xor") continue;
    if (pair.args[0] === single) return pair.args[1];
    if (pair.args[1] === single) return pair.args[0];
  }
  return undefined;
}

/** Truth values as numbers stay truth values: a choice between two pairs of constants. */
function bitwiseTruths(op: "and" | "or" | "xor", a: Term, b: Term): Term | undefined {
  if (isChoice(a) && isConstant(b)) {
    const [condition, yes, no] = a.args as [Term, Term, Term];
    return ite(condition, bitwisePiece(op, yes, b), bitwisePiece(op, no, b));
  }
  if (isChoice(b) && isConstant(a)) return bitwiseTruths(op, b, a);
  if (isChoice(a) && isChoice(b)) {
    const [condition, yes, no] = a.args as [Term, Term, Term];
    return ite(condition, bitwisePiece(op, yes, b), bitwisePiece(op, no, b));
  }
  return undefined;
}

/** Where the slices of two terms, and the runs of bits of a constant among them, begin and end. */
function cutsOf(a: Term, b: Term): number[] {
  const cuts = new Set<number>([a.width, 0]);
  for (const term of [a, b]) {
    let top = term.width;
    for (const piece of term.op === "concat" ? term.args : [term]) {
      const bottom = top - piece.width;
      cuts.add(top);
      if (isConstant(piece)) {
        for (let bit = 1; bit < piece.width; bit++) {
          const pair = (piece.value >> BigInt(bit - 1)) & 3n;
          if (pair === 1n || pair === 2n) cuts.add(bottom + bit);
        }
      }
      top = bottom;
    }
  }
  return [...cuts].sort((x, y) => y - x);
}

export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** The number of which a term is the low end, with zeros in place of the rest. */
export function cutFrom(term: Term): Term | undefined {
  const [zeros, slice] = term.op === "concat" ? term.args : [];
  if (!zeros || !slice || term.args.length !== 2) return undefined;
  if (!isConstant(zeros) || zeros.value !== 0n) return undefined;
  if (slice.op !== "extract" || slice.low !== 0) return undefined;
  return slice.args[0]!.width === term.width ? slice.args[0] : undefined;
}
