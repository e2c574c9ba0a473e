/**
 * Z3 compiled to WebAssembly, as a program that speaks like `z3 -in`: it evaluates what stands before
 * each `(echo "...")` line in one go. In a process of its own it can be killed, threads, memory and all.
 */
import { createInterface } from "node:readline";
import { init } from "z3-solver";

/** What of the module's own face is used here. */
interface Emscripten {
  readonly HEAPU8: Uint8Array;
  UTF8ToString(at: number, most?: number): string;
  _malloc(size: number): number;
  _free(at: number): void;
  _async_Z3_eval_smtlib2_string(context: unknown, text: number): void;
  async_call(start: () => void): Promise<string>;
}

const api = await init();
const { Z3 } = api;
const em = api.em as Emscripten;

/**
 * Like Z3.eval_smtlib2_string, but that puts the text on the stack and takes it off again while the
 * solver's thread still reads it: it has read half a text.
 */
async function evaluate(text: string): Promise<string> {
  const octets = Buffer.from(`${text}\0`);
  const at = em._malloc(octets.length);
  // Renews the view of a memory that has grown.
  em.UTF8ToString(at, 0);
  em.HEAPU8.set(octets, at);
  if (em.UTF8ToString(at) !== text) throw new Error("The text has not reached the solver.");
  try {
    return await em.async_call(() => em._async_Z3_eval_smtlib2_string(context, at));
  } finally {
    em._free(at);
  }
}

function newContext() {
  const config = Z3.mk_config();
  const context = Z3.mk_context(config);
  Z3.del_config(config);
  return context;
}

let context = newContext();
let lines: string[] = [];
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const mark = /^\(echo "(.*)"\)$/.exec(line)?.[1];
  if (line === "(reset)") {
    Z3.del_context(context);
    context = newContext();
  } else if (mark === undefined) {
    lines.push(line);
  } else {
    process.stdout.write(`${await evaluate(lines.join("\n"))}${mark}\n`);
    lines = [];
  }
}
process.exit(0);
