/** Frames: what a router does with a packet before and after it is translated (docs/behaviour.md §8). */
import { ETHERNET_HEADER, FIRST_DROP, Outcome, ROOM, Side, Verdict } from "../abi";
import { BROADCAST, Ethernet, TYPE_ARP, TYPE_IPV4 } from "../wire/ethernet";
import { Ipv4 } from "../wire/ipv4";
import * as arp from "./arp";
import { Descriptor, sideOf } from "./descriptor";
import { send } from "./link";
import { report } from "./report";
import * as rewrite from "./rewrite";
import { before, mtu, ownStation, sideTowards } from "./settings";

/** Nothing is wrong. */
export const SOUND: u32 = 0;

/** What becomes of the frame around the `octets` at `packet`, or SOUND if they are to be translated. */
export function arrive(packet: usize, octets: u32, side: u32): u32 {
  if (side > <u32>Side.External) return Outcome.Released;
  const ethernet = Ethernet.at(packet - ETHERNET_HEADER);
  const destination = ethernet.destination;
  const isArp = ethernet.type == TYPE_ARP;
  const isForUs = destination == ownStation(side) || (isArp && destination == BROADCAST);
  if (!isForUs) return Outcome.OtherStation;
  if (isArp) return arp.hear(packet, octets, side);
  return ethernet.type == TYPE_IPV4 ? SOUND : Outcome.NotIpv4;
}

/** Why a datagram from `side` cannot be passed on, or SOUND (RFC 1812 §5.3.1, RFC 1191 §3). */
export function obstacle(ip: Ipv4, octets: u32, side: u32): u32 {
  if (ip.ttl <= 1) return Outcome.TimeExceeded;
  return octets > mtu(sideTowards(ip.dst, side)) ? Outcome.TooBig : SOUND;
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
  descriptor.length -= ROOM;
  descriptor.side = side;
  if (outcome == Outcome.ArpReply) return Verdict.Forward;
  const ip = Ipv4.at(packet);
  if (outcome <= <u32>Outcome.Hairpin) rewrite.timeToLive(ip, ip.ttl - 1);
  return send(packet - ETHERNET_HEADER, side, ip.dst);
}
