/** ARP (RFC 826): who asks for the NAT is answered, and who speaks to it is heard (docs/behaviour.md §9). */
import { ETHERNET_HEADER, Outcome } from "../abi";
import * as arp from "../wire/arp";
import { Arp } from "../wire/arp";
import { Ethernet, isOfOne } from "../wire/ethernet";
import * as neighbours from "./neighbours";
import { isStation, ownAddress, ownStation } from "./settings";

/** Hears the message of `octets` behind an Ethernet header, and turns it into its answer. */
export function hear(packet: usize, octets: u32, side: u32): Outcome {
  if (octets < arp.LENGTH) return Outcome.ArpIgnored;
  const message = Arp.at(packet);
  const operation = message.operation;
  if (!message.isOfIpv4 || (operation != arp.REQUEST && operation != arp.REPLY)) {
    return Outcome.ArpIgnored;
  }
  const sender = message.sender;
  const station = message.senderStation;
  const own = ownStation(side);
  if (!isOfOne(station) || station == own) return Outcome.ArpIgnored;
  const isForUs = message.target == ownAddress(side);
  const isFromStation = isStation(side, sender);
  const isHeard = isFromStation && (isForUs || neighbours.isKept(side, sender));
  if (isHeard) neighbours.keep(side, sender, station);
  // RFC 5227 §2.1.1: who has no address yet probes from 0.
  const isAnswered = isForUs && operation == arp.REQUEST && (isFromStation || sender == 0);
  if (!isAnswered) return isHeard ? Outcome.ArpHeard : Outcome.ArpIgnored;
  Ethernet.at(packet - ETHERNET_HEADER).address(station, own);
  message.answer(own);
  return Outcome.ArpReply;
}
