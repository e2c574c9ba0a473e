/** The clock: milliseconds, told once per batch, and never going back. */
import { CLOCK } from "../layout";

/** Ends the core's time after 139 years, so that ticks fit 32 bits and sums of times 64. */
const LATEST: u64 = (1 << 42) - 1;

/** Recency is kept to 1,024 ms: a mapping moves in its ring once a tick, not with every packet. */
const TICK_SHIFT: u64 = 10;

export function advance(low: u32, high: u32): void {
  const given = min(((<u64>high) << 32) | low, LATEST);
  store<u64>(CLOCK, max(given, now()));
}

export function now(): u64 {
  return load<u64>(CLOCK);
}

export function tickOf(time: u64): u32 {
  return <u32>(time >> TICK_SHIFT);
}
