/** Terms as text for a reader: infix, with `...` for what lies too deep. Nothing depends on it. */
import type { Op, Term } from "./term.ts";

const INFIX: Partial<Record<Op, string>> = {
  mul: "*",
  and: "&",
  or: "|",
  xor: "^",
  shl: "<<",
  lshr: ">>",
  ashr: ">>signed",
  eq: "==",
  ult: "<",
  slt: "<signed",
  all: "and",
  any: "or",
};

const DENIED: Partial<Record<Op, string>> = { eq: "!=", ult: ">=", slt: ">=signed" };

/** A term, with the terms up to `depth` levels below it. */
export function show(term: Term, depth = 6): string {
  switch (term.op) {
    case "const":
      return constantText(term);
    case "var":
      return spaced(term.name);
  }
  if (depth === 0) return "...";
  const part = (arg: Term): string => {
    const text = show(arg, depth - 1);
    return text.includes(" ") && !/^(\w+)?\([^()]*\)$/.test(text) ? `(${text})` : text;
  };
  const [a, b, c] = term.args as [Term, Term, Term];
  switch (term.op) {
    case "app":
      return `${spaced(term.name)}(${term.args.map((arg) => show(arg, depth - 1)).join(", ")})`;
    case "concat":
      return concatText(term, part);
    case "extract":
      return `${part(a)}[${term.low + term.width - 1}:${term.low}]`;
    case "sum":
      return sumText(term, part);
    case "ones":
      return `ones(${sumText(term, part)})`;
    case "not":
      return `~${part(a)}`;
    case "no": {
      const operator = DENIED[a.op];
      if (!operator) return `not ${part(a)}`;
      return a.args.map((arg) => (depth > 1 ? part(arg) : "...")).join(` ${operator} `);
    }
    case "ite":
      return `${part(a)} ? ${part(b)} : ${part(c)}`;
  }
  return term.args.map(part).join(` ${INFIX[term.op]!} `);
}

/** Zeros in front say only how wide the number is. */
function concatText(term: Term, part: (arg: Term) => string): string {
  const [first] = term.args;
  const isExtension = first!.op === "const" && first!.value === 0n;
  return (isExtension ? term.args.slice(1) : term.args).map(part).join(" : ");
}

/** Coefficients from half the modulus on are shown as what is subtracted. */
function sumText(term: Term, part: (arg: Term) => string): string {
  const modulus = 1n << BigInt(term.width);
  const signed = (value: bigint) => (value >= modulus / 2n ? value - modulus : value);
  const parts = term.args.map((arg, i): [bigint, string] => [
    signed(term.coefficients[i]!),
    part(arg),
  ]);
  if (term.value !== 0n) parts.push([signed(term.value), ""]);
  const texts = parts.map(([factor, text], i) => {
    const size = factor < 0n ? -factor : factor;
    const sign = factor < 0n ? (i === 0 ? "-" : " - ") : i === 0 ? "" : " + ";
    if (text === "") return sign + number(size);
    return sign + (size === 1n ? text : `${number(size)} * ${text}`);
  });
  return texts.join("");
}

function constantText(term: Term): string {
  if (term.width === 0) return term.value === 1n ? "true" : "false";
  return number(term.value);
}

/** Small numbers as they are counted, others as they lie in memory. */
export function number(value: bigint): string {
  return value < 1024n ? String(value) : `0x${value.toString(16)}`;
}

/** Names have spaces; in a formula they must not. */
function spaced(name: string): string {
  return name.replaceAll(" ", "_");
}
