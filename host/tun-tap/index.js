/** The package's face: see index.d.ts for what each member promises. */
import { addonFor } from "./addon.js";
import { checkName, succeed } from "./errors.js";
import { Waiter } from "./waiter.js";

export { DeviceError } from "./errors.js";
export { Waiter };

export function open(options) {
  const { name = "", kind, mtu, up = true, persist } = options;
  const { vnetHeader = false, multiQueue = false } = options;
  if (kind !== "tun" && kind !== "tap") throw new TypeError('kind must be "tun" or "tap"');
  checkName(name);

  const subject = name || kind;
  const addon = addonFor(subject);
  const handle = succeed("open /dev/net/tun", subject, addon.open());
  try {
    const attached = addon.attach(handle, name, kind === "tap", vnetHeader, multiQueue);
    const actual = succeed("TUNSETIFF", subject, attached);
    // A former owner of a persistent device may have asked for unfinished packets.
    succeed("TUNSETOFFLOAD", actual, addon.setOffload(handle, 0));
    if (vnetHeader) succeed("TUNSETVNETHDRSZ", actual, addon.setHeader(handle));
    if (mtu !== undefined) succeed("SIOCSIFMTU", actual, addon.setMtu(handle, mtu));
    if (up) succeed("SIOCSIFFLAGS", actual, addon.bringUp(handle));
    // Last, so that a device that could not be set up does not stay.
    if (persist !== undefined) {
      succeed("TUNSETPERSIST", actual, addon.setPersist(handle, persist));
    }
    return new OpenDevice(addon, handle, actual, kind);
  } catch (error) {
    addon.close(handle);
    throw error;
  }
}

class OpenDevice {
  #addon;
  #handle;

  constructor(addon, handle, name, kind) {
    this.#addon = addon;
    this.#handle = handle;
    this.name = name;
    this.kind = kind;
  }

  get fd() {
    return this.#addon.fd(this.#handle);
  }

  get mtu() {
    return succeed("SIOCGIFMTU", this.name, this.#addon.getMtu(this.#handle));
  }

  read(memory, table, stride, first, count, capacity) {
    const result = this.#addon.read(this.#handle, memory, table, stride, first, count, capacity);
    return result >= 0 ? result : succeed("read", this.name, result);
  }

  write(memory, table, stride, entries, count) {
    const result = this.#addon.write(this.#handle, memory, table, stride, entries, count);
    return result >= 0 ? result : succeed("write", this.name, result);
  }

  close() {
    this.#addon.close(this.#handle);
  }
}
