/** ARP (RFC 826): the NAT answers for its own addresses, and hears its neighbours (docs/behaviour.md §9). */
import { extract } from "../terms/bits.ts";
import { all, any, no } from "../terms/logic.ts";
import { constant, type Term } from "../terms/term.ts";
import { isOfStation } from "./addresses.ts";
import { type Octets, word16, word32, word48, writeNumber } from "./datagram.ts";
import { below, equal, is, oneOf, when } from "./language.ts";
import type { Router, Settings } from "./nat.ts";
import { type Fate, type Side, drop, forward } from "./outcome.ts";

/** Octets. */
const LENGTH = 28;

const REQUEST = 1;
const REPLY = 2;

/** Where the fields of a message lie. */
const OPERATION = constant(6, 32);
const SENDER_STATION = constant(8, 32);
const SENDER = constant(14, 32);
const TARGET_STATION = constant(18, 32);
const TARGET = constant(24, 32);

/** A message of `length` octets, padding included, in a frame that came from a side. */
export function arp(
  frame: Octets,
  message: Octets,
  length: Term,
  side: Side,
  settings: Settings,
  router: Router,
): Fate {
  if (below(length, LENGTH)) return drop("ArpIgnored");
  // Of Ethernet (1) and IPv4, addresses of 6 and 4 octets.
  if (!is(word32(message, constant(0, 32)), 0x0001_0800)) return drop("ArpIgnored");
  if (!is(word16(message, constant(4, 32)), 0x0604)) return drop("ArpIgnored");
  const operation = word16(message, OPERATION);
  if (!is(operation, REQUEST, REPLY)) return drop("ArpIgnored");

  const own = side === "internal" ? settings.internalAddress : settings.externalAddress;
  const { station } = settings.links[side];
  const senderStation = word48(message, SENDER_STATION);
  const sender = word32(message, SENDER);
  const isToOwn = equal(word32(message, TARGET), own);
  const isHost = no(any(isOfGroup(senderStation), oneOf(senderStation, 0, station)));
  const isOfNeighbour = all(isHost, isOfStation(side, sender, settings));
  const isHeard = when(all(isOfNeighbour, any(isToOwn, router.isKept(side, sender))));
  if (isHeard) router.hear(side, sender, senderStation);
  // RFC 5227: a probe comes from no address.
  const mayAsk = any(isOfNeighbour, all(isHost, equal(sender, 0)));
  if (!when(all(isToOwn, equal(operation, REQUEST), mayAsk))) {
    return drop(isHeard ? "ArpHeard" : "ArpIgnored");
  }
  writeNumber(frame, constant(0, 32), senderStation);
  writeNumber(frame, constant(6, 32), station);
  writeNumber(message, OPERATION, constant(REPLY, 16));
  writeNumber(message, SENDER_STATION, station);
  writeNumber(message, SENDER, own);
  writeNumber(message, TARGET_STATION, senderStation);
  writeNumber(message, TARGET, sender);
  return forward("ArpReply", side, length);
}

/** The first bit on the wire, the least significant of the first octet (IEEE 802.3 §3.2.3). */
function isOfGroup(station: Term): Term {
  return equal(extract(station, 40, 40), 1);
}
