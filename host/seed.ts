/** Seeds that are given as a text, so that a run can be repeated. */
import { createHash } from "node:crypto";

/** Four words that depend on `text` alone. */
export function seedFrom(text: string): Uint32Array {
  const digest = createHash("sha256").update(text).digest();
  return Uint32Array.from([0, 4, 8, 12], (at) => digest.readUInt32LE(at));
}
