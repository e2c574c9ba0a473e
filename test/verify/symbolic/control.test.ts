/**
 * Blocks, loops and branches in the machine and in V8: random programs. MACHINE_PROGRAMS says how
 * many, MACHINE_SEED where to start.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { constant, variable } from "../../../verify/terms/term.ts";
import { decode } from "../../../verify/wasm/decode.ts";
import { Draw } from "../../support/random.ts";
import { follow } from "./followed.ts";
import { PARAMS, programOf } from "./programs.ts";

const SEED = Number(process.env["MACHINE_SEED"] ?? 1);
const PROGRAMS = Number(process.env["MACHINE_PROGRAMS"] ?? 500);
const RUNS = 3;

/** What the machine knows of the arguments, and whether it joins arms. */
const WAYS = {
  "that know the arguments": { isKnown: true, merges: false },
  "that know nothing": { isKnown: false, merges: false },
  "that know nothing, and join arms": { isKnown: false, merges: true },
};

const control = suite("control");

for (const [way, { isKnown, merges }] of Object.entries(WAYS)) {
  control(`is that of V8 in ${PROGRAMS} programs ${way}`, async () => {
    for (let seed = SEED; seed < SEED + PROGRAMS; seed++) {
      const draw = Draw.seeded(seed);
      const octets = programOf(draw);
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(octets as BufferSource));
      const run = exports["run"] as (...args: number[]) => number;
      const module = decode(octets);
      for (let i = 0; i < RUNS; i++) {
        const values = Array.from({ length: PARAMS }, () =>
          draw.oneIn(3) ? draw.word() : draw.below(5),
        );
        const { result } = await follow(module, 1, {
          args: values.map((value, n) => (isKnown ? constant(value, 32) : variable(String(n), 32))),
          model: { variable: (name) => BigInt(values[Number(name)]!), apply: unasked },
          merges,
        });
        assert.is(result, BigInt(run(...values) >>> 0), `MACHINE_SEED=${seed}, ${values}`);
      }
    }
  });
}

control.run();

function unasked(): never {
  throw new Error("There is no memory here.");
}
