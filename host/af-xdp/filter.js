/** What an interface is to take, as the words that its XDP program compares with. */
import { isIPv4 } from "node:net";

const MOST = 64;
const DESTINATIONS = ["only-addresses", "all-but"];

/** Throws a TypeError or RangeError that names the interface and the member. */
export function readFilter(name, { addresses, destinations, except = [] }) {
  if (!DESTINATIONS.includes(destinations)) {
    throw new TypeError(`${name}: take.destinations must be one of ${DESTINATIONS.join(", ")}`);
  }
  if (destinations === "only-addresses" && except.length > 0) {
    throw new TypeError(`${name}: take.except is only for destinations "all-but"`);
  }
  return {
    addresses: wordsOf(`${name}: take.addresses`, addresses),
    takesOthers: destinations === "all-but",
    except: wordsOf(`${name}: take.except`, except),
  };
}

/** Addresses as words that have in memory the octets that a packet has. */
function wordsOf(what, addresses) {
  if (!Array.isArray(addresses) || !addresses.every((address) => isIPv4(address))) {
    throw new TypeError(`${what} must be an array of IPv4 addresses`);
  }
  if (addresses.length > MOST) throw new RangeError(`${what} must be at most ${MOST} addresses`);
  const octets = Uint8Array.from(addresses.flatMap((address) => address.split(".").map(Number)));
  return new Uint32Array(octets.buffer);
}
