/** The package's face: see index.d.ts for what each member promises. */
import { addonFor } from "./addon.js";
import { checkName, succeed } from "./errors.js";
import { setOffloads } from "./offloads.js";

export { DeviceError } from "./errors.js";
export { EVENT_LOOP, wait } from "./wait.js";

export function open(options) {
  const { name = "", kind, mtu, up = true, persist } = options;
  const { vnetHeader = false, offloads = false, multiQueue = false } = options;
  if (kind !== "tun" && kind !== "tap") throw new TypeError('kind must be "tun" or "tap"');
  if (offloads && !vnetHeader) {
    throw new TypeError("offloads need vnetHeader, which says what is left undone: set both");
  }
  checkName(name);

  const subject = name || kind;
  const addon = addonFor(subject);
  const handle = succeed("open /dev/net/tun", subject, addon.open());
  try {
    const attached = addon.attach(handle, name, kind === "tap", vnetHeader, multiQueue);
    const actual = succeed("TUNSETIFF", subject, attached);
    // Also if none are wanted: a former owner of a persistent device may have left some on.
    const obtained = setOffloads(addon, handle, actual, offloads);
    if (vnetHeader) {
      succeed("TUNSETVNETHDRSZ", actual, addon.setHeader(handle));
      succeed("TUNSETVNETLE", actual, addon.setLittleEndian(handle));
    }
    if (mtu !== undefined) succeed("SIOCSIFMTU", actual, addon.setMtu(handle, mtu));
    if (up) succeed("SIOCSIFFLAGS", actual, addon.bringUp(handle));
    // Last, so that a device that could not be set up does not stay.
    if (persist !== undefined) {
      succeed("TUNSETPERSIST", actual, addon.setPersist(handle, persist));
    }
    return new OpenDevice(addon, handle, { name: actual, kind, offloads: obtained });
  } catch (error) {
    addon.close(handle);
    throw error;
  }
}

class OpenDevice {
  #addon;
  #handle;

  constructor(addon, handle, description) {
    this.#addon = addon;
    this.#handle = handle;
    Object.assign(this, description);
  }

  get fd() {
    return this.#addon.fd(this.#handle);
  }

  get mtu() {
    return succeed("SIOCGIFMTU", this.name, this.#addon.getMtu(this.#handle));
  }

  get mac() {
    return succeed("SIOCGIFHWADDR", this.name, this.#addon.getMac(this.#handle));
  }

  read(memory, table, stride, first, count, start, end, capacity, gap) {
    const handle = this.#handle;
    const result = this.#addon.read(
      handle,
      memory,
      table,
      stride,
      first,
      count,
      start,
      end,
      capacity,
      gap,
    );
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
