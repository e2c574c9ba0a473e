/** What the kernel may leave undone in the packets that it gives: all of it that it can, or none. */
import { constants } from "node:os";
import { succeed } from "./errors.js";

/** Returns what was obtained, as in `Device.offloads`. */
export function setOffloads(addon, handle, name, wanted) {
  let udp = wanted;
  let result = addon.setOffloads(handle, wanted, udp);
  if (udp && result === -constants.errno.EINVAL) {
    // Before Linux 6.2 there was no segmentation of UDP, and all that is asked for is refused.
    udp = false;
    result = addon.setOffloads(handle, wanted, udp);
  }
  succeed("TUNSETOFFLOAD", name, result);
  return Object.freeze({ checksum: wanted, tcp: wanted, udp });
}
