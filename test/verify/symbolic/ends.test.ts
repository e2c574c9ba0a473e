/** That the machine gives the end of a path when it is there. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Machine } from "../../../verify/symbolic/machine.ts";
import { Memory } from "../../../verify/symbolic/memory.ts";
import { Octets } from "../../../verify/symbolic/octets.ts";
import { Path, State } from "../../../verify/symbolic/path.ts";
import { variable } from "../../../verify/terms/term.ts";
import { decode } from "../../../verify/wasm/decode.ts";
import { END, moduleOfCode } from "../wasm/assemble.ts";

// (br_if 0 (local.get 0)) (br_if 0 (local.get 1))
const module = decode(moduleOfCode([0x20, 0, 0x0d, 0, 0x20, 1, 0x0d, 0, END]));
const ARGS = [variable("first", 32), variable("second", 32), variable("unused", 64)];

/** The function under way, and how often it was asked where to go. */
function begun(): { machine: Machine; path: Path; questions: () => number } {
  let questions = 0;
  const decide = async (): Promise<undefined> => void questions++;
  const require = async (): Promise<void> => {};
  const memory = new Memory([], require, require);
  const machine = new Machine(module, memory, { decide, require }, new Map());
  const path = new Path(State.of([]), Octets.arriving());
  return { machine, path, questions: () => questions };
}

const ends = suite("the ends of paths");

ends("are given before the other paths are followed", async () => {
  const { machine, path, questions } = begun();
  const { done } = await machine.ends(0, ARGS, path).next();

  assert.not(done);
  assert.is(questions(), 1);
});

ends("are all given in the end", async () => {
  const { machine, path, questions } = begun();
  const all = await machine.run(0, ARGS, path);

  assert.equal(
    all.map((end) => end.path.instructions),
    [2, 4, 5],
  );
  assert.is(questions(), 2);
});

ends.run();
