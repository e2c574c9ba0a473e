/** The core's exports, and nothing else. */
import { MAX_BATCH } from "./abi";
import * as ahead from "./nat/ahead";
import { decide } from "./nat/batch";
import * as clock from "./nat/clock";

export * from "./regions";
export { configure } from "./nat/settings";

/**
 * Translates the packets of the first `count` descriptors, at most MAX_BATCH of them, at the time
 * `nowHigh << 32 | nowLow`, in milliseconds.
 */
export function process(count: u32, nowLow: u32, nowHigh: u32): void {
  clock.advance(nowLow, nowHigh);
  const packets = min(count, MAX_BATCH);
  ahead.guess(packets);
  ahead.touch(packets);
  for (let index: u32 = 0; index < packets; index++) decide(index);
}
