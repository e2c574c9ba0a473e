/** An interface and the XDP program on it: whose it is, in which mode, and who may replace it. */
import { constants } from "node:os";
import { DeviceError, failure, succeed } from "./errors.js";
import { largestMtu } from "./umem.js";

const ATTACHING = "attaching the XDP program";
export const DETACHING = "detaching the XDP program";

/** The type of an Ethernet interface in <linux/if_arp.h>. */
const ARPHRD_ETHER = 1;

/** What rtnetlink says of a program that is there: IFLA_XDP_ATTACHED. */
const NONE = 0;
const MODES = { native: 1, generic: 2 };

const { EEXIST, EINVAL, ENODEV, EOPNOTSUPP, ERANGE } = constants.errno;

export class Link {
  #addon;
  #facts;

  /** What was found there: its program may be taken over, or must be left alone. */
  constructor(addon, name) {
    this.#addon = addon;
    this.name = name;
    this.#facts = succeed("finding it", name, addon.link(name));
  }

  get index() {
    return this.#facts.index;
  }

  get mac() {
    return this.#facts.mac;
  }

  /** Octets of IP datagram. */
  get mtu() {
    return this.#facts.mtu;
  }

  /** Of IPv4, also while it is down or without carrier. */
  addresses() {
    return succeed("finding its addresses", this.name, this.#addon.addresses(this.name));
  }

  /** Null where the driver does not say, for whatever reason: nothing depends on it. */
  channels() {
    const result = this.#addon.channels(this.name);
    if (typeof result === "number") return null;
    const [receiving, combined] = result;
    return { receiving, combined };
  }

  get hadProgram() {
    return this.#facts.attached !== NONE;
  }

  checkType() {
    if (this.#facts.type === ARPHRD_ETHER) return;
    const problem = "it is no Ethernet interface";
    throw new DeviceError("finding it", this.name, "ENOTSUP", problem, "Name one that is");
  }

  /** The kernel would say less, and drop frames that are too long without a word. */
  check(queue, umem) {
    const { mtu, queues } = this.#facts;
    this.checkType();
    if (queue >= queues) {
      const problem = `it has no queue ${queue}`;
      throw new DeviceError("bind", this.name, "EINVAL", problem, `Name one below ${queues}`);
    }
    if (mtu > largestMtu(umem)) {
      const problem = `frames of an MTU of ${mtu} do not fit into ${umem.frameOctets} octets`;
      const remedy = this.#mtuRemedy(largestMtu(umem));
      throw new DeviceError("XDP_UMEM_REG", this.name, "EMSGSIZE", problem, remedy);
    }
  }

  /** A program of somebody else is refused here, before anything is changed. */
  checkProgram(replace) {
    const { attached, program } = this.#facts;
    if (attached === NONE || replace) return;
    if (succeed("looking at its XDP program", this.name, this.#addon.isOurs(program))) return;
    const problem = `program ${program} of another owner is attached`;
    throw failure(ATTACHING, this.name, -EEXIST, problem);
  }

  /** Returns the mode it became. What is attached already is replaced, at once if in that mode. */
  attach(handle, number, wanted) {
    const { attached } = this.#facts;
    const present = attached === MODES.generic ? "generic" : "native";
    const first = wanted ?? (attached === NONE ? "native" : present);
    const isInTheWay = attached !== NONE && first !== present;
    if (isInTheWay) {
      const cleared = this.#addon.detach(handle, number, this.index, present === "generic", true);
      succeed(DETACHING, this.name, cleared);
    }
    let mode = first;
    let result = this.#attachAs(handle, number, mode);
    if (result !== 0 && result[0] === -EOPNOTSUPP && !wanted) {
      mode = "generic";
      result = this.#attachAs(handle, number, mode);
    }
    if (result === 0) return mode;
    // Back to where there was one, so that the interface stays closed.
    if (isInTheWay) this.#attachAs(handle, number, present);
    const [errno, reason] = result;
    throw failure(ATTACHING, this.name, errno, reason, this.#remedy(errno, reason, mode));
  }

  /** Takes the program of this socket off: 0, also if it is not there any more, or -errno. */
  detach(handle, number, mode) {
    const result = this.#addon.detach(handle, number, this.index, mode === "generic", false);
    return result === -ENODEV || result === -EEXIST ? 0 : result;
  }

  #attachAs(handle, number, mode) {
    return this.#addon.attach(handle, number, this.index, mode === "generic", this.hadProgram);
  }

  #remedy(errno, reason, mode) {
    const isMtu = errno === -ERANGE || (errno === -EINVAL && /MTU/i.test(reason));
    if (isMtu) return this.#mtuRemedy(1500);
    if (errno !== -EOPNOTSUPP) return "";
    return mode === "native" ? 'Leave `mode` out, or ask for "generic"' : "Name another interface";
  }

  #mtuRemedy(most) {
    const command = `ip link set ${this.name} mtu ${most}`;
    return `Set it to at most ${most} with \`${command}\`, on a veth at its other end too`;
  }
}
