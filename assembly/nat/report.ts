/**
 * ICMP errors of the NAT's own (RFC 1812 §4.3, docs/behaviour.md §8): the sender of a packet that a
 * router cannot pass on is told. An error is written into the room before the packet that it
 * quotes, which stays where it is.
 */
import { ETHERNET_HEADER, Outcome, ROOM, Verdict } from "../abi";
import { QUIET } from "../layout";
import * as checksum from "../wire/checksum";
import { Ethernet, TYPE_IPV4 } from "../wire/ethernet";
import * as icmp from "../wire/icmp";
import { Icmp } from "../wire/icmp";
import * as ipv4 from "../wire/ipv4";
import { Ipv4 } from "../wire/ipv4";
import { ntoh16 } from "../wire/order";
import { Virtio } from "../wire/virtio";
import * as clock from "./clock";
import { Descriptor } from "./descriptor";
import { send } from "./link";
import { before, hasVirtioHeader, mtu, ownAddress, sideTowards } from "./settings";

/** RFC 1812 §4.3.2.3: at most 576 octets, the headers included. */
const MOST_QUOTED: u32 = 576 - ipv4.MIN_HEADER - icmp.HEADER;

/** RFC 1812 §4.3.2.5: the packet's type of service, with a precedence of its own. */
const TOS: u32 = 0x1c;
const INTERNETWORK_CONTROL: u32 = 0xc0;

/** Errors that may be sent at once; after that one a millisecond (RFC 1812 §4.3.2.8). */
const BURST: u64 = 50;

/** Puts the error before the packet of a descriptor, for which it was dropped. */
export function report(descriptor: Descriptor, outcome: u32): Verdict {
  const packet = descriptor.start + before();
  const ip = Ipv4.at(packet);
  if (!isToBeTold(ip, outcome) || !mayReport()) return Verdict.Drop;
  const sender = ip.src;
  const tos = (ip.tos & TOS) | INTERNETWORK_CONTROL;
  const side = descriptor.side;
  const quoted = min(ip.totalLength, MOST_QUOTED);
  const sum = checksum.sumOf(packet, quoted);
  if (hasVirtioHeader()) Virtio.at(descriptor.start).clear();
  const frame = packet - ROOM - ETHERNET_HEADER;
  Ethernet.at(frame).type = TYPE_IPV4;
  const header = Ipv4.at(packet - ROOM);
  header.begin(tos, ROOM + quoted, ipv4.ICMP, ownAddress(side), sender);
  const error = Icmp.at(packet - icmp.HEADER);
  if (outcome == Outcome.TooBig)
    error.begin(icmp.FRAGMENTATION_NEEDED, ntoh16(<u16>mtu(sideTowards(ip.dst, side))));
  else error.begin(icmp.TIME_EXCEEDED, 0);
  error.checksum = checksum.checksumOf(sum + error.kind + error.last);
  descriptor.length = before() + quoted;
  return send(frame, side, sender);
}

/** RFC 1812 §4.3.2.7: never about an error; and RFC 1191 §4: only who forbids fragments has to know. */
function isToBeTold(ip: Ipv4, outcome: u32): bool {
  if (outcome == Outcome.TooBig && !ip.mayNotBeFragmented) return false;
  return ip.protocol != ipv4.ICMP || !Icmp.at(changetype<usize>(ip) + ip.headerLength).isError;
}

/** Whether errors have not been sent too fast; counts one more. */
function mayReport(): bool {
  const due = max(load<u64>(QUIET), clock.now()) + 1;
  if (due > clock.now() + BURST) return false;
  store<u64>(QUIET, due);
  return true;
}
