/** What becomes of packets on which core and model agree, for tests that know it beforehand. */
import * as assert from "uvu/assert";
import { MAX_BATCH, Outcome } from "../../assembly/abi.ts";
import { type Comparison, SLOT } from "./comparison.ts";
import type { Input } from "./traffic.ts";

/** Every length of a packet that a slot holds. */
export const LENGTHS = Array.from({ length: SLOT + 1 }, (_, length) => length);

/** Where the counters begin, after settings and clock: see assembly/layout.ts. */
const FIRST_COUNTER = 2048;

/** The outcomes on which core and model agree. */
export function outcomesOf(comparison: Comparison, inputs: Input[]): Outcome[] {
  const outcomes: Outcome[] = [];
  for (let at = 0; at < inputs.length; at += MAX_BATCH) {
    const batch = inputs.slice(at, at + MAX_BATCH);
    comparison.run({ now: 1, inputs: batch });
    batch.forEach((_, index) => outcomes.push(comparison.nat.descriptors[index * 4 + 3]! >>> 8));
  }
  return outcomes;
}

/**
 * As `outcomesOf`, and sees to it that no octet of the tables is changed: the core's memory outside
 * of counters, descriptors and packets. All packets come at one time, so that the clock stays.
 */
export function unchanged(comparison: Comparison, inputs: Input[]): Outcome[] {
  const { packets } = comparison.nat;
  const before = Buffer.from(packets.buffer.slice(0));
  const outcomes = outcomesOf(comparison, inputs);
  const after = Buffer.from(packets.buffer);
  const end = packets.byteOffset + packets.byteLength;
  assert.ok(after.subarray(0, FIRST_COUNTER).equals(before.subarray(0, FIRST_COUNTER)));
  assert.ok(after.subarray(end).equals(before.subarray(end)));
  return outcomes;
}

export function named(outcomes: Outcome[]): string[] {
  return outcomes.map((outcome) => Outcome[outcome]!);
}
