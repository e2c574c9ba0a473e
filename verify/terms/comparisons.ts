/** Equality and order of numbers, said of as few bits as will do. */
import { linear } from "./arithmetic.ts";
import { concat, extract, not } from "./bits.ts";
import { all, any, isChoice, ite, no, truth } from "./logic.ts";
import { FALSE, TRUE, constant, intern, isConstant, ones, type Term } from "./term.ts";

export function eq(a: Term, b: Term): Term {
  if (a === b) return TRUE;
  if (isApart(a, b)) return FALSE;
  if (a.width === 0) return any(all(a, b), all(no(a), no(b)));
  const turned = turnedAbout(a, b);
  if (turned) return eq(...turned);
  if (isConstant(b) || !isConstant(a)) [a, b] = [b, a];
  // From here on a constant, if there is one, is `a`.
  if (isConstant(a)) {
    const simpler = eqConstant(b, a);
    if (simpler) return simpler;
  } else if (a.op === "not" && b.op === "not") {
    return eq(a.args[0]!, b.args[0]!);
  } else if (a.op === "concat" || b.op === "concat") {
    const trimmed = trim(a, b);
    if (trimmed === undefined) return FALSE;
    if (trimmed[0] !== a) return eq(trimmed[0], trimmed[1]);
  }
  if (!isConstant(a) && (a.op === "sum" || b.op === "sum")) {
    const difference = linear([a, 1n], [b, -1n]);
    if (isConstant(difference)) return truth(difference.value === 0n);
  }
  const args = a.id < b.id ? [a, b] : [b, a];
  return intern({ op: "eq", width: 0, args });
}

/** Whether bounds alone tell two numbers apart. */
function isApart(a: Term, b: Term): boolean {
  return a.max < b.min || b.max < a.min;
}

/** `term == fixed`, said of something smaller. */
function eqConstant(term: Term, fixed: Term): Term | undefined {
  switch (term.op) {
    case "not":
      return eq(term.args[0]!, not(fixed));
    case "ite": {
      const [condition, yes, otherwise] = term.args as [Term, Term, Term];
      const isPlain = [yes, otherwise].some((one) => isConstant(one) || isApart(one, fixed));
      return isPlain ? ite(condition, eq(yes, fixed), eq(otherwise, fixed)) : undefined;
    }
    case "xor":
      if (fixed.value === 0n) return eq(term.args[0]!, term.args[1]!);
      if (fixed.value === ones(term.width)) return eq(term.args[0]!, not(term.args[1]!));
      return undefined;
    case "sum":
      if (term.args.length === 1 && term.coefficients[0] === 1n) {
        return eq(term.args[0]!, constant(fixed.value - term.value, term.width));
      }
      if (fixed.value === 0n && term.isExact) {
        return all(...term.args.map((arg) => eq(arg, constant(0, arg.width))));
      }
      if (fixed.value === 0n && term.value === 0n && term.args.length === 2) {
        const [a, b] = term.args as [Term, Term];
        if (term.coefficients[0]! + term.coefficients[1]! === 1n << BigInt(term.width)) {
          if (term.coefficients[0] === 1n || term.coefficients[1] === 1n) return eq(a, b);
        }
      }
      return undefined;
    case "concat": {
      const trimmed = trim(term, fixed);
      if (trimmed === undefined) return FALSE;
      if (trimmed[0] !== term) return eq(trimmed[0], trimmed[1]);
      return undefined;
    }
    case "or":
      if (fixed.value === 0n) return all(eq(term.args[0]!, fixed), eq(term.args[1]!, fixed));
      return undefined;
  }
  return undefined;
}

/** Both with their octets in the other order, where that takes fewer slices: equality does not mind. */
function turnedAbout(a: Term, b: Term): [Term, Term] | undefined {
  if (a.width % 8 !== 0 || a.width === 8 || (a.op !== "concat" && b.op !== "concat")) return;
  const turned: [Term, Term] = [reversed(a), reversed(b)];
  const pieces = (pair: [Term, Term]) => piecesOf(pair[0]).length + piecesOf(pair[1]).length;
  return pieces(turned) < pieces([a, b]) ? turned : undefined;
}

function reversed(term: Term): Term {
  const octets: Term[] = [];
  for (let low = 0; low < term.width; low += 8) octets.push(extract(term, low + 7, low));
  return concat(...octets);
}

/** What is left to compare once equal ends are cut off; undefined where ends differ. */
function trim(a: Term, b: Term): [Term, Term] | undefined {
  let left = [...piecesOf(a)];
  let right = [...piecesOf(b)];
  for (const end of ["first", "last"] as const) {
    while (left.length > 0 && right.length > 0) {
      const at = (list: Term[]) => (end === "first" ? 0 : list.length - 1);
      const x = left[at(left)]!;
      const y = right[at(right)]!;
      const width = Math.min(x.width, y.width);
      if (x.width !== y.width && !isConstant(x.width > y.width ? x : y)) break;
      const cut = (piece: Term) =>
        end === "first"
          ? extract(piece, piece.width - 1, piece.width - width)
          : extract(piece, width - 1, 0);
      const verdict = eqEnds(cut(x), cut(y));
      if (verdict === FALSE) return undefined;
      if (verdict !== TRUE) break;
      left = dropEnd(left, width, end);
      right = dropEnd(right, width, end);
    }
  }
  if (left.length === 0) return [constant(0, 1), constant(0, 1)];
  return [concat(...left), concat(...right)];
}

function eqEnds(x: Term, y: Term): Term | undefined {
  if (x === y) return TRUE;
  if (isConstant(x) && isConstant(y)) return FALSE;
  if (isApart(x, y)) return FALSE;
  return undefined;
}

function dropEnd(pieces: Term[], width: number, end: "first" | "last"): Term[] {
  const rest = [...pieces];
  const at = end === "first" ? 0 : rest.length - 1;
  const piece = rest[at]!;
  if (piece.width === width) rest.splice(at, 1);
  else
    rest[at] =
      end === "first"
        ? extract(piece, piece.width - width - 1, 0)
        : extract(piece, piece.width - 1, width);
  return rest;
}

function piecesOf(term: Term): readonly Term[] {
  return term.op === "concat" ? term.args : [term];
}

export function ult(a: Term, b: Term): Term {
  if (a.max < b.min) return TRUE;
  if (a.min >= b.max || a === b) return FALSE;
  if (isConstant(b)) {
    if (b.value === 1n) return eq(a, constant(0, a.width));
    if (b.value === ones(b.width)) return no(eq(a, b));
    if (b.value === a.max) return no(eq(a, b));
    const shorter = ultUpper(a, b);
    if (shorter) return shorter;
  }
  if (isConstant(a)) {
    if (a.value === 0n) return no(eq(a, b));
    if (a.value === b.max - 1n) return eq(b, constant(b.max, b.width));
    // a < b is not b < a + 1
    const flipped = ultUpper(b, constant(a.value + 1n, a.width));
    if (flipped) return no(flipped);
    return no(ult(b, constant(a.value + 1n, a.width)));
  }
  const [x, y] = withoutCommonTop(a, b);
  if (x !== a) return ult(x, y);
  if (a.op === "not" && b.op === "not") return ult(b.args[0]!, a.args[0]!);
  return intern({ op: "ult", width: 0, args: [a, b] });
}

export function ule(a: Term, b: Term): Term {
  return no(ult(b, a));
}

/** `upper, zeros < fixed` is `upper < fixed / 2^n` rounded up; leading zeros go as well. */
function ultUpper(a: Term, fixed: Term): Term | undefined {
  if (isChoice(a)) {
    const [condition, yes, otherwise] = a.args as [Term, Term, Term];
    return ite(condition, ult(yes, fixed), ult(otherwise, fixed));
  }
  if (a.op !== "concat") return undefined;
  const first = a.args[0]!;
  if (isConstant(first) && first.value === 0n) {
    const width = a.width - first.width;
    if (fixed.value > ones(width)) return TRUE;
    return ult(extract(a, width - 1, 0), constant(fixed.value, width));
  }
  const last = a.args[a.args.length - 1]!;
  if (isConstant(last) && last.value === 0n) {
    const zeros = BigInt(last.width);
    const rounded = (fixed.value + ones(last.width)) >> zeros;
    return ult(extract(a, a.width - 1, last.width), constant(rounded, a.width - last.width));
  }
  return undefined;
}

function withoutCommonTop(a: Term, b: Term): [Term, Term] {
  const limit = Math.min(a.width - 1, b.width - 1);
  const topZeros = (term: Term): number => {
    const first = piecesOf(term)[0]!;
    return isConstant(first) && first.value === 0n ? first.width : 0;
  };
  const shared = Math.min(topZeros(a), topZeros(b), limit);
  if (shared === 0) return [a, b];
  return [extract(a, a.width - shared - 1, 0), extract(b, b.width - shared - 1, 0)];
}

/** Signed less-than: unsigned, with the sign bits turned about. */
export function slt(a: Term, b: Term): Term {
  const half = 1n << BigInt(a.width - 1);
  if (a.max < half && b.max < half) return ult(a, b);
  if (isConstant(a) && isConstant(b)) {
    return truth(BigInt.asIntN(a.width, a.value) < BigInt.asIntN(b.width, b.value));
  }
  if (isConstant(b) && b.value === 0n) {
    return eq(extract(a, a.width - 1, a.width - 1), constant(1, 1));
  }
  if (isChoice(a) && isConstant(b)) {
    const [condition, yes, otherwise] = a.args as [Term, Term, Term];
    return ite(condition, slt(yes, b), slt(otherwise, b));
  }
  return intern({ op: "slt", width: 0, args: [a, b] });
}

/** Whether a number is not zero. */
export function isNonZero(term: Term): Term {
  return no(eq(term, constant(0, term.width)));
}
