/**
 * The instructions of functions in WebAssembly's text format, as Binaryen writes it: folded, with
 * labels by name. An oracle for the decoder that has nothing in common with it.
 */
import type { Instruction } from "../../../verify/wasm/module.ts";

type Expression = string | Expression[];

/** Each function's instructions in the order of the binary format: "i32.const 20", "br_if 1". */
export function functionsIn(text: string): string[][] {
  const [module] = parse(text) as [Expression[]];
  const named = (kind: string) => module.filter((item) => item[0] === kind) as Expression[][];
  const names = {
    $func: named("func").map(([, name]) => name!),
    $global: named("global").map(([, name]) => name!),
  };
  return named("func").map((parts) => {
    const isLocal = (part: Expression) => part[0] === "param" || part[0] === "local";
    const locals = parts.filter(isLocal).map(([, name]) => name!);
    const scope = { functions: names.$func, globals: names.$global, locals, labels: [] };
    return [...body(parts.slice(2), scope), "end"];
  });
}

interface Scope {
  functions: Expression[];
  globals: Expression[];
  locals: Expression[];
  /** Innermost first. */
  labels: Expression[];
}

const ATTRIBUTES = ["param", "result", "local", "type"];

function body(parts: Expression[], scope: Scope): string[] {
  return parts
    .filter((part) => Array.isArray(part) && !ATTRIBUTES.includes(part[0] as string))
    .flatMap((part) => instructions(part as Expression[], scope));
}

function instructions([op, ...parts]: Expression[], scope: Scope): string[] {
  const label = typeof parts[0] === "string" ? parts[0] : "";
  const inside = { ...scope, labels: [label, ...scope.labels] };
  const result = parts.find((part) => part[0] === "result");
  const opener = result ? `${op} ${result[1]}` : `${op}`;
  // Without a label it is Binaryen's own, and not in the binary.
  if (op === "block" && label === "") return body(parts, scope);
  if (op === "block" || op === "loop") return [opener, ...body(parts, inside), "end"];
  if (op === "if") {
    const [then, otherwise] = ["then", "else"].map((arm) => parts.find(([head]) => head === arm));
    const condition = parts.filter((part) => part !== then && part !== otherwise);
    const arms = [...body(then!.slice(1) as Expression[], inside)];
    if (otherwise) arms.push("else", ...body(otherwise.slice(1) as Expression[], inside));
    return [...body(condition, scope), opener, ...arms, "end"];
  }
  const immediates = parts.filter((part) => typeof part === "string");
  return [
    ...body(parts, scope),
    [op, ...immediates.map((part) => index(part, op!, scope))].join(" "),
  ];
}

function index(immediate: string, op: Expression, scope: Scope): string {
  if (!immediate.startsWith("$")) return immediate;
  if (op === "call") return `${scope.functions.indexOf(immediate)}`;
  if (op === "global.get") return `${scope.globals.indexOf(immediate)}`;
  if (op === "br" || op === "br_if") return `${scope.labels.indexOf(immediate)}`;
  return `${scope.locals.indexOf(immediate)}`;
}

function parse(text: string): Expression[] {
  const stack: Expression[][] = [[]];
  for (const [token] of text.replace(/;;.*/g, "").matchAll(/[()]|"[^"]*"|[^\s()]+/g)) {
    if (token === "(") stack.push([]);
    else if (token === ")") stack.at(-2)!.push(stack.pop()!);
    else stack.at(-1)!.push(token);
  }
  return stack[0]!;
}

const COMPARISONS = "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u";
const BINARY = "add sub mul and or xor shl shr_s shr_u rotl rotr";
const ACCESSES = {
  i32: "load load8_s load8_u load16_s load16_u store store8 store16",
  i64: "load load8_s load8_u load16_s load16_u load32_s load32_u store store8 store16 store32",
};
const UNARY = {
  i32: "eqz clz ctz popcnt extend8_s extend16_s",
  i64: "eqz clz ctz popcnt extend8_s extend16_s extend32_s",
};

const ONE = { i32: "(local.get 0)", i64: "(local.get 1)" };
const TWO = { i32: "(local.get 0) (local.get 0)", i64: "(local.get 1) (local.get 2)" };

/** A module in which each instruction that the core may use occurs, one in a function. */
export function everyInstruction(): string {
  const bodies = (["i32", "i64"] as const).flatMap((type) => [
    ...`${COMPARISONS} ${BINARY}`.split(" ").map((op) => `(drop (${type}.${op} ${TWO[type]}))`),
    ...UNARY[type].split(" ").map((op) => `(drop (${type}.${op} ${ONE[type]}))`),
    ...ACCESSES[type].split(" ").flatMap((op) => {
      const access = (how: string): string => `${type}.${op} ${how} ${ONE.i32}`;
      return ["", "offset=70000 align=1"].map((how) =>
        op.startsWith("load") ? `(drop (${access(how)}))` : `(${access(how)} ${ONE[type]})`,
      );
    }),
    `(drop (select ${TWO[type]} ${ONE.i32}))`,
    `(drop (${type}.const -5))`,
  ]);
  const others = [
    `(drop (i32.wrap_i64 ${ONE.i64}))`,
    `(drop (i64.extend_i32_s ${ONE.i32}))`,
    `(drop (i64.extend_i32_u ${ONE.i32}))`,
    `(drop (global.get $global))`,
    `(local.set 1 (local.tee 2 ${ONE.i64}))`,
    `(call 0 ${ONE.i32} ${TWO.i64})`,
    `(block $out (loop $in (br_if $out ${ONE.i32}) (br $in)))`,
    `(if ${ONE.i32} (then (return)) (else (nop) (unreachable)))`,
  ];
  const functions = [...bodies, ...others].map(
    (code) => `(func (param i32) (param i64) (param i64) ${code})`,
  );
  return `(module (memory 1 1) (global $global i64 (i64.const 7)) ${functions.join("\n")})`;
}

/** A decoded instruction as Binaryen writes it: constants with sign, no offset of zero, no alignment to the width. */
export function textOf({ op, type, immediate, value, offset, align }: Instruction): string {
  const words = [op, type ?? undefined, immediate];
  if (value !== undefined) words.push(`${BigInt.asIntN(op === "i32.const" ? 32 : 64, value)}`);
  if (offset) words.push(`offset=${offset}`);
  const [, bits, part] = /^i(\d+)\.(?:load|store)(\d*)/.exec(op) ?? [];
  if (align !== undefined && 2 ** align * 8 !== Number(part || bits))
    words.push(`align=${2 ** align}`);
  return words.filter((word) => word !== undefined).join(" ");
}
