/**
 * How fast the machine runs just now: ns a step of a fixed loop, in the middle one of many short
 * goes, so that other work on the machine does not show.
 */
import { spread } from "./spread.ts";

const GOES = 100;
const LOOPS = 40;
const words = new Int32Array(4096);

export function calibration(): number {
  const costs = Array.from({ length: GOES }, () => {
    const begin = performance.now();
    for (let loop = 0; loop < LOOPS; loop++) passThrough();
    return ((performance.now() - begin) * 1e6) / (LOOPS * words.length);
  });
  return spread(costs).median;
}

/** Whole numbers only, so that there is but one way to compile it. */
function passThrough(): void {
  let sum = 0;
  for (let i = 0; i < words.length; i++) sum = (sum + Math.imul(words[i]!, 3) + i) | 0;
  words[0] = sum;
}
