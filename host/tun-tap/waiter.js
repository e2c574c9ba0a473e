/** Waiting for devices without blocking the event loop: see index.d.ts. */
import { addonFor } from "./addon.js";
import { succeed } from "./errors.js";

/** Held here until closed: an armed waiter that nobody refers to must still call back. */
const openWaiters = new Set();

export class Waiter {
  #addon = addonFor("waiter");
  #handle;

  constructor(fds, callback) {
    this.#handle = succeed(
      "starting its thread",
      "waiter",
      this.#addon.createWaiter(fds, callback),
    );
    openWaiters.add(this);
  }

  arm() {
    this.#addon.armWaiter(this.#handle);
  }

  ref() {
    this.#addon.keepAlive(this.#handle, true);
    return this;
  }

  unref() {
    this.#addon.keepAlive(this.#handle, false);
    return this;
  }

  close() {
    this.#addon.closeWaiter(this.#handle);
    openWaiters.delete(this);
  }
}
