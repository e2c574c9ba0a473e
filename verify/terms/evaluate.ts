/** What terms mean: their values where the unknowns have values. The meanings are those of SMT-LIB. */
import { ones, type Term } from "./term.ts";

/** Values for unknowns and uninterpreted functions. */
export interface Model {
  variable(name: string, width: number): bigint;
  apply(name: string, args: bigint[], width: number): bigint;
}

/** The value of a term; truth values are 1n and 0n. */
export function evaluate(term: Term, model: Model): bigint {
  return evaluator(model)(term);
}

/** Evaluates term after term, and each subterm once; the model must not change meanwhile. */
export function evaluator(model: Model): (term: Term) => bigint {
  const values = new Map<Term, bigint>();
  return (root) => {
    const stack = [root];
    while (stack.length > 0) {
      const term = stack[stack.length - 1]!;
      const args: bigint[] = [];
      if (!values.has(term)) {
        for (const arg of term.args) {
          const value = values.get(arg);
          if (value === undefined) stack.push(arg);
          else args.push(value);
        }
        if (args.length < term.args.length) continue;
        values.set(term, valueOf(term, args, model));
      }
      stack.pop();
    }
    return values.get(root)!;
  };
}

function valueOf(term: Term, args: bigint[], model: Model): bigint {
  const { width } = term;
  const [a, b, c] = args as [bigint, bigint, bigint];
  const wrap = (value: bigint): bigint => value & ones(width === 0 ? 1 : width);
  switch (term.op) {
    case "const":
      return term.value;
    case "var":
      return wrap(model.variable(term.name, width));
    case "app":
      return wrap(model.apply(term.name, args, width));
    case "concat":
      return args.reduce((bits, arg, i) => (bits << BigInt(term.args[i]!.width)) | arg, 0n);
    case "extract":
      return wrap(a >> BigInt(term.low));
    case "sum":
      return wrap(weighted(term, args));
    case "ones":
      return onesValue(weighted(term, args));
    case "mul":
      return wrap(a * b);
    case "and":
      return a & b;
    case "or":
      return a | b;
    case "xor":
      return a ^ b;
    case "not":
      return wrap(~a);
    case "shl":
      return wrap(a << b);
    case "lshr":
      return a >> b;
    case "ashr":
      return wrap(BigInt.asIntN(width, a) >> b);
    case "ite":
      return a === 1n ? b : c;
    case "eq":
      return truthValue(a === b);
    case "ult":
      return truthValue(a < b);
    case "slt":
      return truthValue(signed(term, 0, a) < signed(term, 1, b));
    case "all":
      return truthValue(args.every((arg) => arg === 1n));
    case "any":
      return truthValue(args.some((arg) => arg === 1n));
    case "no":
      return truthValue(a === 0n);
  }
}

function weighted(term: Term, args: bigint[]): bigint {
  return args.reduce((sum, arg, i) => sum + term.coefficients[i]! * arg, term.value);
}

/** A sum with its carries out of 16 bits added back until there are none. */
function onesValue(total: bigint): bigint {
  return total === 0n ? 0n : ((total - 1n) % 65535n) + 1n;
}

function signed(term: Term, i: number, value: bigint): bigint {
  return BigInt.asIntN(term.args[i]!.width, value);
}

function truthValue(claim: boolean): bigint {
  return claim ? 1n : 0n;
}
