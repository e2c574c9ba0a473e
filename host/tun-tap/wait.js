/** Waiting for devices and the event loop at once: see index.d.ts. */
import { addonFor } from "./addon.js";
import { succeed } from "./errors.js";

export const EVENT_LOOP = 0x8000_0000;

export function wait(fds, timeout) {
  const result = addonFor("wait").wait(fds, timeout);
  return result >= 0 ? result : succeed("ppoll", "wait", result);
}
