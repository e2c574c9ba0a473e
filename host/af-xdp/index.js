/** The package's face: see index.d.ts for what each member promises. */
import { constants } from "node:os";
import { addonFor } from "./addon.js";
import { DeviceError, succeed } from "./errors.js";
import { readFilter } from "./filter.js";
import { DETACHING, Link } from "./link.js";
import { readUmem } from "./umem.js";

export { DeviceError };

const MOST_INTERFACES = 16;
const MODES = [undefined, "native", "generic"];

/** How long a queue may stay busy after the end of its last user, whom the kernel buries later. */
const PATIENCE_MS = 1000;

export function openGroup({ memory, umem, interfaces, mode, replace = false }) {
  if (!MODES.includes(mode)) throw new TypeError('mode must be "native" or "generic"');
  checkInterfaces(interfaces);
  const area = readUmem(umem, interfaces.length);
  const plans = interfaces.map(({ name, queue = 0, take }) => {
    return { name, queue, filter: readFilter(name, take) };
  });

  const addon = addonFor(plans[0].name);
  const { start, frames, frameOctets, headroom } = area;
  const handle = succeed(
    "createGroup",
    plans[0].name,
    addon.createGroup(start, frames, frameOctets, headroom, plans.length),
  );
  const attached = [];
  try {
    for (const plan of plans) {
      plan.link = new Link(addon, plan.name);
      plan.link.check(plan.queue, area);
      plan.link.checkProgram(replace);
    }
    plans.forEach((plan, number) => openSocket(addon, handle, number, plan, memory));
    // Last, and each in one step: what a former process left drops frames until then.
    plans.forEach((plan, number) => {
      plan.mode = plan.link.attach(handle, number, mode);
      attached.push([plan, number]);
    });
    return new OpenGroup(addon, handle, plans, memory);
  } catch (error) {
    // Where a program was before, ours stays: the interface was closed to these frames, or taken.
    const added = attached.filter(([{ link }]) => !link.hadProgram);
    for (const [plan, number] of added) plan.link.detach(handle, number, plan.mode);
    addon.close(handle);
    throw error;
  }
}

function checkInterfaces(interfaces) {
  const names = new Set(interfaces.map(({ name }) => name));
  if (interfaces.length < 1 || interfaces.length > MOST_INTERFACES) {
    throw new RangeError(`interfaces must be 1 to ${MOST_INTERFACES}`);
  }
  if (names.size < interfaces.length) throw new RangeError("an interface may be named only once");
  for (const name of names) {
    if (typeof name !== "string" || !/^[^/:\s\0]{1,15}$/.test(name)) {
      throw new TypeError(`"${name}" is no name of an interface`);
    }
  }
}

function openSocket(addon, handle, number, { name, queue, filter, link }, memory) {
  const { addresses, takesOthers, except } = filter;
  succeed("socket AF_XDP", name, addon.openSocket(handle, number));
  if (number === 0) {
    succeed("XDP_UMEM_REG", name, addon.registerUmem(handle, number, memory));
  }
  succeed("making its rings", name, addon.makeRings(handle, number));
  bind(addon, handle, number, link, queue);
  succeed("BPF_MAP_CREATE", name, addon.makeMap(handle, number, queue));
  const loaded = addon.loadProgram(handle, number, link.mac, addresses, takesOthers, except);
  succeed("BPF_PROG_LOAD", name, loaded);
}

function bind(addon, handle, number, link, queue) {
  const deadline = performance.now() + PATIENCE_MS;
  const sleep = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  for (;;) {
    const result = addon.bind(handle, number, link.index, queue);
    const isBusy = result === -constants.errno.EBUSY;
    if (!isBusy || performance.now() > deadline) return succeed("bind", link.name, result);
    sleep();
  }
}

export function lookUp(name) {
  checkInterfaces([{ name }]);
  const link = new Link(addonFor(name), name);
  link.checkType();
  const { index, mac, mtu } = link;
  return { index, mac, mtu, addresses: link.addresses(), channels: link.channels() };
}

class OpenGroup {
  #addon;
  #handle;
  #plans;
  #isOpen = true;

  /** Held, so that the memory lives as long as the kernel writes into it. */
  #memory;

  constructor(addon, handle, plans, memory) {
    this.#addon = addon;
    this.#handle = handle;
    this.#plans = plans;
    this.#memory = memory;
    this.sockets = plans.map((plan, number) => new OpenSocket(addon, handle, plan, number));
  }

  get memory() {
    return this.#memory;
  }

  get frames() {
    const [free, receiving, held, sending] = this.#addon.frames(this.#handle);
    return { free, receiving, held, sending };
  }

  take(table, stride, first, count) {
    return this.#addon.take(this.#handle, table, stride, first, count);
  }

  release(table, stride, entries, count) {
    this.#addon.release(this.#handle, table, stride, entries, count);
  }

  flush() {
    const result = this.#addon.flush(this.#handle);
    if (typeof result === "number") return result;
    const [number, errno] = result;
    return succeed("sendto", this.#plans[number].name, errno);
  }

  close({ detach = true } = {}) {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      if (detach) {
        this.#plans.forEach(({ link, mode }, number) => {
          succeed(DETACHING, link.name, link.detach(this.#handle, number, mode));
        });
      }
    } finally {
      this.#addon.close(this.#handle);
    }
  }
}

class OpenSocket {
  #addon;
  #handle;
  #number;

  constructor(addon, handle, { name, queue, link, mode }, number) {
    this.#addon = addon;
    this.#handle = handle;
    this.#number = number;
    this.name = name;
    this.queue = queue;
    this.index = link.index;
    this.mac = link.mac;
    this.mode = mode;
  }

  get fd() {
    return this.#addon.fd(this.#handle, this.#number);
  }

  receive(table, stride, first, count) {
    const result = this.#addon.receive(this.#handle, this.#number, table, stride, first, count);
    return result >= 0 ? result : succeed("receive", this.name, result);
  }

  send(table, stride, entries, count) {
    const result = this.#addon.send(this.#handle, this.#number, table, stride, entries, count);
    return result >= 0 ? result : succeed("sendto", this.name, result);
  }

  statistics() {
    const counted = this.#addon.statistics(this.#handle, this.#number);
    const [dropped, invalidReceived, invalidSent, receiveRingFull, fillRingEmpty] = succeed(
      "XDP_STATISTICS",
      this.name,
      counted,
    );
    return { dropped, invalidReceived, invalidSent, receiveRingFull, fillRingEmpty };
  }
}
