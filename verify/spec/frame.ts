/**
 * Ethernet frames (RFC 894): the NAT is the router of both links (docs/behaviour.md §8). Before each
 * frame that arrives there is room for an error about it.
 */
import { all, any, ite } from "../terms/logic.ts";
import { constant, type Term } from "../terms/term.ts";
import { arp } from "./arp.ts";
import { Ipv4, type Octets, word16, word48 } from "./datagram.ts";
import { above, below, equal, is, least, less, minus, plus, when } from "./language.ts";
import { ETHERNET_HEADER, ROOM, address } from "./link.ts";
import type { Nat, Router, Settings } from "./nat.ts";
import { type Fate, type Outcome, type Side, drop } from "./outcome.ts";
import type { translate } from "./packet.ts";
import { report } from "./report.ts";
import { timeToLive, write } from "./rewrite.ts";
import { NOTHING, behind, undoneBehind, undoneIn } from "./virtio.ts";

/** Octets. */
const MIN_HEADER = 20;
const MIN_PAYLOAD = 46;

const IPV4 = 0x0800;
const ARP = 0x0806;
const BROADCAST = 0xffff_ffff_ffff;

/** `length` octets, room and a virtio header of `virtio` octets before the frame among them. */
export function decideFrame(
  octets: Octets,
  length: Term,
  side: Term,
  virtio: number,
  nat: Nat,
  router: Router,
  through: typeof translate,
): Fate {
  const { settings } = nat;
  const headers = ROOM + virtio + ETHERNET_HEADER;
  if (below(length, headers + MIN_HEADER)) return drop("Truncated");
  const frame = behind(octets, ROOM + virtio);
  const datagram = behind(octets, headers);
  const rest = minus(length, headers);
  const leave = (outcome: Outcome, by: Side, payload: Term): Fate => {
    const isAddressed = address(frame, by, new Ipv4(datagram, ZERO).destination, settings, router);
    const total = plus(payload, virtio + ETHERNET_HEADER);
    return { outcome, forward: { side: by, length: total, begin: ROOM, isAddressed } };
  };
  // One that was held because its next hop was not known.
  if (is(side, 2, 3)) return leave("Released", is(side, 2) ? "internal" : "external", rest);

  const from = is(side, 0) ? "internal" : "external";
  const type = word16(frame, constant(12, 32));
  const destination = word48(frame, ZERO);
  const isToAll = all(equal(type, ARP), equal(destination, constant(BROADCAST, 48)));
  const isToUs = any(equal(destination, settings.links[from].station), isToAll);
  if (!when(isToUs)) return drop("OtherStation");
  if (is(type, ARP)) {
    const { outcome, forward } = arp(frame, datagram, rest, from, settings, router);
    if (!forward) return drop(outcome);
    return { outcome, forward: { ...forward, length: minus(length, ROOM), begin: ROOM } };
  }
  if (!is(type, IPV4)) return drop("NotIpv4");

  const virtioHeader = behind(octets, ROOM);
  const undone = virtio > 0 ? undoneBehind(undoneIn(virtioHeader), ETHERNET_HEADER) : NOTHING;
  const { outcome, forward } = through(datagram, rest, side, undone, nat);
  if (outcome === "TimeExceeded" || outcome === "TooBig") {
    return report(octets, virtio, outcome, from, settings, router);
  }
  if (!forward) return drop(outcome);
  const ip = new Ipv4(datagram, ZERO);
  // RFC 1812 §5.3.1
  if (outcome !== "Echo") write(datagram, timeToLive(ip, minus(ip.timeToLive, 1)));
  // RFC 894: what is shorter is padded; more than that is nobody's.
  const padded = least(rest, constant(MIN_PAYLOAD, 32));
  const isShort = less(forward.length, padded);
  return leave(outcome, forward.side, ite(isShort, padded, forward.length));
}

const ZERO = constant(0, 32);

/** Why a datagram of `octets` cannot be passed on by a side (RFC 1812 §5.3.1, RFC 1191 §4). */
export function obstacleTo(
  ip: Ipv4,
  side: Side,
  octets: Term,
  settings: Settings,
): Outcome | undefined {
  if (!when(settings.isRouter)) return undefined;
  if (is(ip.timeToLive, 0, 1)) return "TimeExceeded";
  return above(octets, settings.links[side].mtu) ? "TooBig" : undefined;
}
