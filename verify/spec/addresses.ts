/** Which addresses may be whose (RFC 1812 §5.3.7, docs/behaviour.md §2 and §9). */
import { bitwise, extract, not } from "../terms/bits.ts";
import { all, any, no } from "../terms/logic.ts";
import type { Term } from "../terms/term.ts";
import { atLeast, equal, oneOf } from "./language.ts";
import type { Settings } from "./nat.ts";
import type { Side } from "./outcome.ts";

/** Of no single host: 0/8, 127/8, multicast and reserved. */
export function isNoHost(address: Term): Term {
  const first = extract(address, 31, 24);
  return any(oneOf(first, 0, 127), atLeast(first, 224));
}

/** In the internal network, which has to be known. */
export function isInside(address: Term, { network, mask }: Settings): Term {
  return equal(bitwise("and", address, mask), network);
}

/** In the network of the external address. */
export function isOutside(address: Term, { externalAddress, externalMask }: Settings): Term {
  const network = bitwise("and", externalAddress, externalMask);
  return equal(bitwise("and", address, externalMask), network);
}

/** Of someone else on a side's link. */
export function isOfStation(side: Side, address: Term, settings: Settings): Term {
  const { externalAddress, internalAddress, network, mask } = settings;
  if (side === "external") {
    const isFree = no(equal(address, externalAddress));
    return all(isOutside(address, settings), isFree, no(isNoHost(address)));
  }
  // RFC 1812 §4.2.2.11: the network's own address, and its directed broadcast address.
  const broadcast = bitwise("or", network, not(mask));
  const isTaken = oneOf(address, internalAddress, network, broadcast);
  return all(isInside(address, settings), no(isTaken));
}
