/** Terms made anew, as their constructors make them: simpler where other arguments allow it. */
import { linear, multiply } from "./arithmetic.ts";
import { bitwise, concat, extract, not } from "./bits.ts";
import { shiftLeft, shiftRight, shiftRightSigned } from "./shifts.ts";
import { eq, slt, ult } from "./comparisons.ts";
import { all, any, ite, no } from "./logic.ts";
import { onesSum } from "./ones-complement.ts";
import { apply, constant, type Term } from "./term.ts";

/** The term with other arguments. */
export function rebuild(term: Term, args: Term[]): Term {
  const [a, b, c] = args as [Term, Term, Term];
  switch (term.op) {
    case "const":
    case "var":
      return term;
    case "app":
      return apply(term.name, term.width, ...args);
    case "concat":
      return concat(...args);
    case "extract":
      return extract(a, term.low + term.width - 1, term.low);
    case "sum":
      return linear(
        [constant(term.value, term.width), 1n],
        ...args.map((arg, i): [Term, bigint] => [arg, term.coefficients[i]!]),
      );
    case "mul":
      return multiply(a, b);
    case "and":
    case "or":
    case "xor":
      return bitwise(term.op, a, b);
    case "not":
      return not(a);
    case "shl":
      return shiftLeft(a, b);
    case "lshr":
      return shiftRight(a, b);
    case "ashr":
      return shiftRightSigned(a, b);
    case "ite":
      return ite(a, b, c);
    case "ones": {
      const words: Term[] = [constant(term.value, 16)];
      args.forEach((arg, i) => {
        for (let n = 0n; n < term.coefficients[i]!; n++) words.push(arg);
      });
      return onesSum(...words);
    }
    case "eq":
      return eq(a, b);
    case "ult":
      return ult(a, b);
    case "slt":
      return slt(a, b);
    case "all":
      return all(...args);
    case "any":
      return any(...args);
    case "no":
      return no(a);
  }
}
