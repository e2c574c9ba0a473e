/**
 * What the loop of an instance repeats: carrying packets, and looking after devices and next hops.
 */
import { EVENT_LOOP, wait } from "tun-tap";
import type { Forwarder } from "./forward.ts";
import type { Work } from "./loop.ts";
import type { Devices } from "./packet-device.ts";

/** Milliseconds after which devices and next hops are looked after while packets keep coming. */
const TENDING = 1;

/** Milliseconds to sleep at most while packets have yet to leave. */
const SHORT_SLEEP = 1;

export function workOn(
  forwarder: Pick<Forwarder, "forward">,
  devices: Pick<Devices, "fds" | "flush">,
): Work {
  const fds = devices.fds();
  /** Packets that have yet to leave. */
  let left = 0;
  /** When to look after things next. */
  let due = 0;
  return {
    forward: (now) => {
      const isDue = now >= due;
      if (isDue) due = now + TENDING;
      const count = forwarder.forward(isDue);
      // Also while one side never stops: what the other has yet to send would wait for that.
      if (count === 0 || isDue) left = devices.flush(now);
      return count;
    },
    sleep: (milliseconds) => {
      const most = left > 0 ? Math.min(milliseconds, SHORT_SLEEP) : milliseconds;
      return (wait(fds, most) & EVENT_LOOP) !== 0;
    },
    now: () => performance.now(),
  };
}
