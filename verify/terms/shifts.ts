/** Shifts and rotations: by a constant distance they are slices side by side. */
import { bitwise, concat, extract, signExtend, zeroExtend } from "./bits.ts";
import { constant, intern, isConstant, type Term } from "./term.ts";

export function shiftLeft(term: Term, by: Term): Term {
  return shift("shl", term, by);
}

export function shiftRight(term: Term, by: Term): Term {
  return shift("lshr", term, by);
}

export function shiftRightSigned(term: Term, by: Term): Term {
  return shift("ashr", term, by);
}

/** WebAssembly takes the distance modulo the width. */
function shift(op: "shl" | "lshr" | "ashr", term: Term, by: Term): Term {
  const { width } = term;
  const distance = bitwise("and", by, constant(width - 1, width));
  if (!isConstant(distance)) return intern({ op, width, args: [term, distance] });
  const count = Number(distance.value);
  if (count === 0) return term;
  if (op === "shl") return concat(extract(term, width - 1 - count, 0), constant(0, count));
  const rest = extract(term, width - 1, count);
  return op === "lshr" ? zeroExtend(rest, width) : signExtend(rest, width);
}

export function rotateLeft(term: Term, by: Term): Term {
  const { width } = term;
  const distance = bitwise("and", by, constant(width - 1, width));
  if (isConstant(distance)) {
    const count = Number(distance.value);
    if (count === 0) return term;
    return concat(extract(term, width - 1 - count, 0), extract(term, width - 1, width - count));
  }
  const back = intern({ op: "not", width, args: [distance] });
  const rest = shiftRight(
    shiftRight(term, bitwise("and", back, constant(width - 1, width))),
    constant(1, width),
  );
  return bitwise("or", shiftLeft(term, distance), rest);
}
