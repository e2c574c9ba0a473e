/** Random functions of i32, valid and sure to end: blocks, loops, branches, calls, all nested. */
import type { Draw } from "../../support/random.ts";
import * as wasm from "../wasm/assemble.ts";

export const PARAMS = 3;
const LOCALS = 8;
/** Of the locals, those that count rounds; no other code sets them. */
const COUNTERS = 3;

const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const ELSE = 0x05;
const BR = 0x0c;
const BR_IF = 0x0d;
const RETURN = 0x0f;
const CALL = 0x10;
const DROP = 0x1a;
const SELECT = 0x1b;
const GET = 0x20;
const SET = 0x21;
const TEE = 0x22;
const CONST = 0x41;
const ADD = 0x6a;
const SUB = 0x6b;

/** i32.add, sub, mul, and, or, xor, shl, shr_u, lt_u, eq. */
const BINARY = [ADD, SUB, 0x6c, 0x71, 0x72, 0x73, 0x74, 0x76, 0x49, 0x46];

/** Where a branch may go: what it takes along. Loops are not among them, so that they end. */
type Label = { arity: 0 | 1 } | "loop";

type Code = wasm.Octets[];

/** A module whose last function is the program; it calls the first one. */
export function programOf(draw: Draw): Uint8Array {
  const writer = new Writer(draw);
  const callee = wasm.sized(wasm.vector(), GET, 0, GET, 1, SUB, wasm.END);
  const locals = wasm.vector([LOCALS, wasm.I32]);
  const program = wasm.sized(locals, writer.body(), wasm.END);
  const result = [wasm.I32];
  return wasm.moduleOf({
    types: wasm.section(
      1,
      wasm.vector(
        wasm.functionType([wasm.I32, wasm.I32], result),
        wasm.functionType(Array(PARAMS).fill(wasm.I32), result),
      ),
    ),
    functions: wasm.section(3, wasm.vector(0, 1)),
    exports: wasm.section(7, wasm.vector([wasm.name("run"), 0, 1])),
    code: wasm.section(10, wasm.vector(callee, program)),
  });
}

class Writer {
  /** Instructions that there may still be. */
  #room = 120;
  #counters = 0;
  readonly #labels: Label[] = [{ arity: 1 }];

  constructor(private readonly draw: Draw) {}

  body(): Code {
    return [this.#statements(), this.#value()];
  }

  #statements(): Code {
    return Array.from({ length: this.draw.between(1, 3) }, () => this.#statement());
  }

  #statement(): Code {
    const kind = this.draw.weighted({ set: 4, block: 2, loop: 2, if: 3, branch: 3, drop: 1 });
    if (this.#room-- <= 0 || kind === "set") return [this.#value(), SET, this.#local()];
    if (kind === "block") return this.#block(0);
    if (kind === "loop") return this.#loop();
    if (kind === "if") return this.#if(0);
    if (kind === "drop") return [this.#value(), DROP];
    return this.#conditionalBranch();
  }

  /** Leaves one value. */
  #value(): Code {
    const kind = this.draw.weighted({
      get: 4,
      const: 2,
      binary: 5,
      select: 1,
      block: 1,
      if: 2,
      tee: 1,
      call: 1,
    });
    if (this.#room-- <= 0 || kind === "get") return [GET, this.draw.below(PARAMS + LOCALS)];
    if (kind === "const") return [CONST, this.draw.below(64)];
    if (kind === "binary") return [this.#value(), this.#value(), this.draw.pick(BINARY)];
    if (kind === "select") return [this.#value(), this.#value(), this.#value(), SELECT];
    if (kind === "block") return this.#block(1);
    if (kind === "if") return this.#if(1);
    if (kind === "tee") return [this.#value(), TEE, this.#local()];
    return [this.#value(), this.#value(), CALL, 0];
  }

  #block(arity: 0 | 1): Code {
    return [BLOCK, type(arity), this.#inside({ arity }, arity), wasm.END];
  }

  #if(arity: 0 | 1): Code {
    const condition = this.#value();
    const first = this.#inside({ arity }, arity);
    const hasElse = arity === 1 || this.draw.oneIn(2);
    const second = hasElse ? [ELSE, this.#inside({ arity }, arity)] : [];
    return [condition, IF, type(arity), first, second, wasm.END];
  }

  /** Goes round a few times, by a counter of its own. */
  #loop(): Code {
    if (this.#counters === COUNTERS) return this.#block(0);
    const counter = PARAMS + LOCALS - COUNTERS + this.#counters++;
    const inside = this.#inside("loop", 0, false);
    const again = [GET, counter, CONST, 1, SUB, TEE, counter, BR_IF, 0];
    return [CONST, this.draw.between(1, 4), SET, counter, LOOP, type(0), inside, again, wasm.END];
  }

  #inside(label: Label, arity: 0 | 1, mayLeave = true): Code {
    this.#labels.push(label);
    const statements = this.#statements();
    const leaves = mayLeave && this.draw.oneIn(4);
    const last = leaves ? this.#departure() : arity === 1 ? this.#value() : [];
    this.#labels.pop();
    return [statements, last];
  }

  /** A branch without condition, from above values that stay behind; nothing comes after it. */
  #departure(): Code {
    const behind = this.draw.oneIn(2) ? this.#value() : [];
    if (this.draw.oneIn(4)) return [behind, this.#value(), RETURN];
    const [depth, arity] = this.#target();
    return [behind, arity === 1 ? this.#value() : [], BR, depth];
  }

  #conditionalBranch(): Code {
    const behind = this.draw.oneIn(2) ? this.#value() : [];
    const [depth, arity] = this.#target();
    const taken = arity === 1 ? this.#value() : [];
    const drops = [...(arity === 1 ? [DROP] : []), ...(behind.length > 0 ? [DROP] : [])];
    return [behind, taken, this.#value(), BR_IF, depth, drops];
  }

  #target(): [depth: number, arity: number] {
    const targets = this.#labels.flatMap((label, i): [number, number][] =>
      label === "loop" ? [] : [[this.#labels.length - 1 - i, label.arity]],
    );
    return this.draw.pick(targets);
  }

  #local(): number {
    return this.draw.below(PARAMS + LOCALS - COUNTERS);
  }
}

function type(arity: 0 | 1): number {
  return arity === 1 ? wasm.I32 : wasm.NO_VALUE;
}
