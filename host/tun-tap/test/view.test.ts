import * as assert from "uvu/assert";
import { open } from "../index.js";
import { isolated, uniqueName } from "./support.ts";

const view = isolated(import.meta.url, "view");

view("of another type, or of memory that is gone, is refused", () => {
  const device = open({ kind: "tun", name: uniqueName() });
  const memory = new Uint8Array(4096);
  const table = new Uint32Array(8);
  const wrong = (memory: unknown, table: unknown) => () =>
    device.read(memory as Uint8Array, table as Uint32Array, 2, 0, 1, 0, 4096, 64, 0);

  assert.throws(wrong(table, table), /memory must be a Uint8Array/);
  assert.throws(wrong(memory, memory), /table must be a Uint32Array/);
  assert.throws(wrong(memory.buffer, table), /memory must be a Uint8Array/);
  assert.throws(wrong(undefined, table), /memory must be a Uint8Array/);
  structuredClone(memory.buffer, { transfer: [memory.buffer] });
  assert.throws(wrong(memory, table), /outside the memory/);
  device.close();
});

view.run();
