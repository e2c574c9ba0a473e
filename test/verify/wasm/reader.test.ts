import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DecodeError, Reader } from "../../../verify/wasm/reader.ts";

const reader = suite("reader of a module");

const of = (...octets: number[]): Reader => new Reader(Uint8Array.from(octets));

function problemOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.instance(error, DecodeError);
    return (error as DecodeError).problem;
  }
  throw new Error("nothing was thrown");
}

reader("reads unsigned integers of 32 bits", () => {
  assert.is(of(0).u32(), 0);
  assert.is(of(0x7f).u32(), 127);
  assert.is(of(0x80, 0x01).u32(), 128);
  assert.is(of(0xe5, 0x8e, 0x26).u32(), 624_485);
  assert.is(of(0xff, 0xff, 0xff, 0xff, 0x0f).u32(), 0xffffffff);
  assert.is(of(0x80, 0x80, 0x80, 0x80, 0x08).u32(), 0x80000000);
});

reader("reads signed integers of 32 bits", () => {
  assert.is(of(0x3f).s32(), 63n);
  assert.is(of(0x40).s32(), -64n);
  assert.is(of(0x7f).s32(), -1n);
  assert.is(of(0xc0, 0xbb, 0x78).s32(), -123_456n);
  assert.is(of(0xff, 0xff, 0xff, 0xff, 0x07).s32(), 2n ** 31n - 1n);
  assert.is(of(0x80, 0x80, 0x80, 0x80, 0x78).s32(), -(2n ** 31n));
});

reader("reads signed integers of 64 bits", () => {
  const nine = (octet: number): number[] => Array.from({ length: 9 }, () => octet);
  assert.is(of(0x7f).s64(), -1n);
  assert.is(of(0x80, 0x80, 0x80, 0x80, 0x08).s64(), 2n ** 31n);
  assert.is(of(...nine(0xff), 0x00).s64(), 2n ** 63n - 1n);
  assert.is(of(...nine(0x80), 0x7f).s64(), -(2n ** 63n));
});

reader("takes integers with more octets than they need, as WebAssembly does", () => {
  assert.is(of(0x80, 0x00).u32(), 0);
  assert.is(of(0x83, 0x80, 0x80, 0x80, 0x00).u32(), 3);
  assert.is(of(0xff, 0xff, 0xff, 0xff, 0x7f).s32(), -1n);
  assert.is(of(0xfe, 0xff, 0x7f).s64(), -2n);
});

reader("refuses integers with more octets than their width needs", () => {
  const longest = (count: number): number[] => [...Array.from({ length: count }, () => 0x80), 0];
  assert.match(
    problemOf(() => of(...longest(5)).u32()),
    "more than 5 octets",
  );
  assert.match(
    problemOf(() => of(...longest(5)).s32()),
    "more than 5 octets",
  );
  assert.match(
    problemOf(() => of(...longest(10)).s64()),
    "more than 10 octets",
  );
  assert.is(of(...longest(4)).u32(), 0);
  assert.is(of(...longest(9)).s64(), 0n);
});

reader("refuses every bit beyond the width of an integer", () => {
  const last = (count: number, fill: number, octet: number): Reader =>
    of(...Array.from({ length: count }, () => fill), octet);
  const taken = { u32: [] as number[], s32: [] as number[], s64: [] as number[] };
  for (let octet = 0; octet < 0x80; octet++) {
    if (isTaken(() => last(4, 0xff, octet).u32())) taken.u32.push(octet);
    if (isTaken(() => last(4, 0xff, octet).s32())) taken.s32.push(octet);
    if (isTaken(() => last(9, 0xff, octet).s64())) taken.s64.push(octet);
  }

  const below = (count: number, from = 0): number[] =>
    Array.from({ length: count }, (_, index) => from + index);
  assert.equal(taken.u32, below(16));
  assert.equal(taken.s32, [...below(8), ...below(8, 0x78)]);
  assert.equal(taken.s64, [0, 0x7f]);
});

reader("refuses an integer that is cut off", () => {
  assert.match(
    problemOf(() => of().u32()),
    "ends too early",
  );
  assert.match(
    problemOf(() => of(0x80).u32()),
    "ends too early",
  );
  assert.match(
    problemOf(() => of(0xff, 0xff).s64()),
    "ends too early",
  );
});

reader("reads names in UTF-8 and refuses others", () => {
  assert.is(of(3, 0x61, 0xc3, 0xa9).name(), "aé");
  assert.is(of(3, 0xef, 0xbb, 0xbf).name(), "\ufeff");
  assert.match(
    problemOf(() => of(1, 0xff).name()),
    "UTF-8",
  );
  assert.match(
    problemOf(() => of(3, 0xed, 0xa0, 0x80).name()),
    "UTF-8",
  );
  assert.match(
    problemOf(() => of(2, 0x61).name()),
    "2 octets would pass its end",
  );
});

reader("reads vectors, and refuses one of more items than octets", () => {
  const two = of(2, 7, 8);

  assert.equal(
    two.vector(() => two.octet()),
    [7, 8],
  );
  assert.match(
    problemOf(() => of(0xff, 0xff, 0xff, 0xff, 0x0f).vector(() => 0)),
    "would pass its end",
  );
});

reader("keeps a part within its octets, with offsets in the module", () => {
  const module = of(9, 2, 0x80, 0x80, 5);
  module.octet();
  const part = module.part("function 3");

  assert.is(module.octet(), 5);
  assert.is(part.at, 2);
  assert.throws(() => part.u32(), "function 3, octet 0x4: it ends too early");
  assert.throws(
    () => of(2, 0).part("function 3"),
    "module, octet 0x1: 2 octets would pass its end",
  );
});

reader("tells how many octets are left over", () => {
  const three = of(1, 2, 3);
  three.octet();

  assert.throws(() => three.finish(), "module, octet 0x1: 2 octets are left over");
});

reader.run();

function isTaken(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
