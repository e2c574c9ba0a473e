/**
 * ICMP errors (RFC 3022 §4.3, RFC 5508 §4): the quoted packet is translated along with the outer
 * one, so that the sender of the quoted packet recognises it. They change no state at all.
 * docs/behaviour.md §7.
 */
import { Outcome, Protocol } from "../abi";
import * as checksum from "../wire/checksum";
import { Icmp } from "../wire/icmp";
import { Ipv4 } from "../wire/ipv4";
import { Mapping, NONE, externalPort, findLive, owner } from "./mappings";
import * as quoted from "./quoted";
import * as rewrite from "./rewrite";
import { externalAddress } from "./settings";
import * as transport from "./transport";

/** From the external side, about a packet that went out. */
export function inbound(ip: Ipv4, icmp: Icmp): Outcome {
  const fault = quoted.faultIn(ip, icmp);
  if (fault != quoted.SOUND) return fault;
  const inner = quoted.header(icmp);
  const protocol = quoted.protocol(inner);
  if (inner.src != externalAddress()) return Outcome.EmbeddedAddresses;
  const sender = owner(protocol, transport.sourcePort(protocol, quoted.payload(inner)));
  if (sender == NONE) return Outcome.NoMapping;
  revertSource(ip, icmp, sender);
  return Outcome.Inbound;
}

/** From the internal side, about a packet that came in, or through a hairpin. */
export function outbound(ip: Ipv4, icmp: Icmp): Outcome {
  const fault = quoted.faultIn(ip, icmp);
  if (fault != quoted.SOUND) return fault;
  const inner = quoted.header(icmp);
  const protocol = quoted.protocol(inner);
  // RFC 1812 §4.3.2.3: an error goes to the sender of the packet it is about.
  if (inner.src != ip.dst) return Outcome.EmbeddedAddresses;
  const isHairpin = ip.dst == externalAddress();
  // The one identifier of a query cannot name both ends of a hairpin.
  if (isHairpin && protocol == Protocol.Icmp) return Outcome.EmbeddedProtocol;
  const payload = quoted.payload(inner);
  const receiver = findLive(protocol, inner.dst, transport.destinationPort(protocol, payload));
  if (receiver == NONE) return Outcome.NoMapping;
  if (!isHairpin) {
    translateDestination(ip, icmp, receiver);
    return Outcome.Outbound;
  }
  const sender = owner(protocol, transport.sourcePort(protocol, payload));
  if (sender == NONE) return Outcome.NoMapping;
  translateDestination(ip, icmp, receiver);
  revertSource(ip, icmp, sender);
  return Outcome.Hairpin;
}

/** The quoted source becomes the internal endpoint, to whose host the error now goes. */
function revertSource(ip: Ipv4, icmp: Icmp, sender: u32): void {
  const mapping = Mapping.at(sender);
  const inner = quoted.header(icmp);
  const headerSum = inner.checksum;
  const addresses = rewrite.sourceAddress(inner, mapping.internalAddress);
  const header = addresses + checksum.change16(headerSum, inner.checksum);
  const protocol = quoted.protocol(inner);
  const ports = transport.setSourcePort(protocol, quoted.payload(inner), mapping.internalPort);
  const sum = quoted.adjustChecksum(ip, icmp, addresses, ports);
  icmp.checksum = checksum.adjust(icmp.checksum, header + ports + sum);
  rewrite.destinationAddress(ip, mapping.internalAddress);
}

/** The quoted destination becomes the external endpoint, from whose address the error now comes. */
function translateDestination(ip: Ipv4, icmp: Icmp, receiver: u32): void {
  const inner = quoted.header(icmp);
  const headerSum = inner.checksum;
  const addresses = rewrite.destinationAddress(inner, externalAddress());
  const header = addresses + checksum.change16(headerSum, inner.checksum);
  const protocol = quoted.protocol(inner);
  const port = externalPort(receiver);
  const ports = transport.setDestinationPort(protocol, quoted.payload(inner), port);
  const sum = quoted.adjustChecksum(ip, icmp, addresses, ports);
  icmp.checksum = checksum.adjust(icmp.checksum, header + ports + sum);
  rewrite.sourceAddress(ip, externalAddress());
}
