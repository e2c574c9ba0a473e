/** What the machine must not take for granted: octets before those it knows of, and loops that write. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Region } from "../../../verify/contracts/layout.ts";
import { Unsupported } from "../../../verify/symbolic/frame.ts";
import type { LoopRule } from "../../../verify/symbolic/loops.ts";
import { Machine } from "../../../verify/symbolic/machine.ts";
import { Memory } from "../../../verify/symbolic/memory.ts";
import { Octets } from "../../../verify/symbolic/octets.ts";
import { Path, State } from "../../../verify/symbolic/path.ts";
import { Table } from "../../../verify/symbolic/table.ts";
import { add } from "../../../verify/terms/arithmetic.ts";
import { evaluate } from "../../../verify/terms/evaluate.ts";
import { TRUE, constant, variable, type Term } from "../../../verify/terms/term.ts";
import { decode } from "../../../verify/wasm/decode.ts";
import { END, NO_VALUE, moduleOfCode } from "../wasm/assemble.ts";

const PACKET = { base: variable("packet address", 32), length: variable("packet length", 32) };
const WORD = { isStore: false, octets: 4, width: 32, isSigned: false };
const CELLS: Region = {
  name: "cells",
  base: 1024,
  stride: 1,
  count: 256,
  fields: [{ name: "cell", offset: 0, width: 8 }],
};

/** What is required for loads of words at some distances from an unknown place in the packet. */
async function requiredAt(...distances: number[]): Promise<(from: bigint) => boolean> {
  const claims: Term[] = [];
  const require = async (_: Path, claim: Term) => void claims.push(claim);
  const memory = new Memory([], require, async () => {});
  const path = new Path(State.of([]), Octets.arriving());
  path.enter(PACKET);
  const address = add(PACKET.base, variable("from here", 32));
  for (const distance of distances) {
    await memory.load(path, add(address, constant(distance, 32)), 0, WORD);
  }
  const values = (from: bigint) => (name: string) => (name === "packet length" ? 100n : from);
  return (from) =>
    claims.every((claim) => evaluate(claim, { variable: values(from), apply: () => 0n }) === 1n);
}

const memory = suite("memory");

memory("lets octets be read that are within the packet", async () => {
  const holds = await requiredAt(16, 0, -4);

  assert.ok(holds(4n));
  assert.ok(holds(80n));
  assert.not(holds(81n));
});

memory("does not conclude from later octets that earlier ones are there", async () => {
  const holds = await requiredAt(16, 0);

  assert.not(holds((1n << 32n) - 8n));
});

memory("does not conclude from earlier octets that later ones are there", async () => {
  const holds = await requiredAt(-4, 96);

  assert.not(holds(4n));
});

memory("is not changed by a loop whose rule says nothing of it", async () => {
  // (loop (i32.store8 offset=1024 (i32.const 0) (local.get 1)) (br_if 0 (local.get 0)))
  const code = [0x03, NO_VALUE, 0x41, 0, 0x20, 1, 0x3a, 0, 0x80, 8, 0x20, 0, 0x0d, 0, END, END];
  const module = decode(moduleOfCode(code));
  const rule: LoopRule = {
    locals: [],
    holds: () => TRUE,
    variant: () => constant(0, 32),
  };
  const oracle = { decide: async () => undefined, require: async () => {} };
  const cells = new Memory([CELLS], oracle.require, async () => {});
  const machine = new Machine(module, cells, oracle, new Map(), new Map([[0, rule]]));
  const path = new Path(State.of([new Table("cell", 8, "cell")]), Octets.arriving());
  const args = [variable("again", 32), variable("value", 32), variable("unused", 64)];

  await machine.run(0, args, path).then(
    () => assert.unreachable("it ran"),
    (error) => {
      assert.instance(error, Unsupported);
      assert.match(error.message, "a loop that changes cell");
    },
  );
});

memory.run();
