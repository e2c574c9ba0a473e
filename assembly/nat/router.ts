/** Frames: what a router does with a packet before and after it is translated (docs/behaviour.md §8). */
import { ETHERNET_HEADER, FIRST_DROP, HELD, Outcome, ROOM, Side, Verdict } from "../abi";
import { BROADCAST, Ethernet, TYPE_ARP, TYPE_IPV4 } from "../wire/ethernet";
import { Ipv4, MIN_HEADER } from "../wire/ipv4";
import { NOTHING, Virtio, behind } from "../wire/virtio";
import * as arp from "./arp";
import { Descriptor, sideOf } from "./descriptor";
import { send } from "./link";
import { translate } from "./packet";
import { report } from "./report";
import * as rewrite from "./rewrite";
import { before, hasVirtioHeader, isReady, ownStation } from "./settings";

/** Octets behind the header of the shortest Ethernet frame (RFC 894). */
const MIN_PAYLOAD: u32 = 46;

/** Nothing is wrong. */
const SOUND: u32 = 0;

/** What becomes of a descriptor's frame, apart from how it leaves. */
export function outcomeOf(descriptor: Descriptor): u32 {
  const length = descriptor.length;
  const side = descriptor.side;
  const hint = descriptor.fate;
  if (!descriptor.isInside || side > (HELD | Side.External)) return Outcome.BadDescriptor;
  if (!isReady()) return Outcome.NotConfigured;
  const headers = before();
  if (length < headers + MIN_HEADER) return Outcome.Truncated;
  const packet = descriptor.start + headers;
  const octets = length - headers;
  const outcome = outcomeOfFrame(packet, octets, side);
  if (outcome != SOUND) return outcome;
  if (!hasVirtioHeader()) return translate(packet, octets, side, NOTHING, 0, hint);
  const virtio = Virtio.at(descriptor.start + ROOM);
  const unfinished = behind(virtio.unfinished, ETHERNET_HEADER);
  return translate(packet, octets, side, unfinished, virtio.segment, hint);
}

/** The same without what is within: SOUND if that is to be translated. */
function outcomeOfFrame(packet: usize, octets: u32, side: u32): u32 {
  if (side > <u32>Side.External) return Outcome.Released;
  const ethernet = Ethernet.at(packet - ETHERNET_HEADER);
  const destination = ethernet.destination;
  const isArp = ethernet.type == TYPE_ARP;
  const isForUs = destination == ownStation(side) || (isArp && destination == BROADCAST);
  if (!isForUs) return Outcome.OtherStation;
  if (isArp) return arp.hear(packet, octets, side);
  return ethernet.type == TYPE_IPV4 ? SOUND : Outcome.NotIpv4;
}

/** Sends what is to leave on its way. */
export function leave(descriptor: Descriptor, outcome: u32): Verdict {
  if (outcome >= FIRST_DROP) {
    const isReported = outcome == Outcome.TimeExceeded || outcome == Outcome.TooBig;
    return isReported ? report(descriptor, outcome) : Verdict.Drop;
  }
  const packet = descriptor.start + before();
  const side = sideOf(outcome, descriptor.side);
  descriptor.offset += ROOM;
  const octets = descriptor.length - before();
  descriptor.length -= ROOM;
  descriptor.side = side;
  if (outcome == Outcome.ArpReply) return Verdict.Forward;
  const ip = Ipv4.at(packet);
  if (outcome != Outcome.Released) {
    descriptor.length -= octets - max(ip.totalLength, min(octets, MIN_PAYLOAD));
  }
  if (outcome <= <u32>Outcome.Hairpin) rewrite.timeToLive(ip, ip.ttl - 1);
  return send(packet - ETHERNET_HEADER, side, ip.dst);
}
