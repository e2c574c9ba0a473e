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

/** From the external side, about a packet that went out. `obstacle` is as in inbound.ts. */
export function inbound(ip: Ipv4, icmp: Icmp, obstacle: u32): Outcome {
  const fault = quoted.faultIn(ip, icmp);
  if (fault != quoted.SOUND) return fault;
  const inner = quoted.header(icmp);
  const protocol = quoted.protocol(inner);
  if (inner.src != externalAddress()) return Outcome.EmbeddedAddresses;
  const sender = owner(protocol, transport.sourcePort(protocol, quoted.payload(inner)));
  if (sender == NONE) return Outcome.NoMapping;
  if (obstacle != 0) return obstacle;
  translate(ip, icmp, sender, NONE);
  return Outcome.Inbound;
}

/** From the internal side, about a packet that came in, or through a hairpin. */
export function outbound(ip: Ipv4, icmp: Icmp, obstacle: u32): Outcome {
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
  const sender = isHairpin ? owner(protocol, transport.sourcePort(protocol, payload)) : NONE;
  if (isHairpin && sender == NONE) return Outcome.NoMapping;
  if (obstacle != 0) return obstacle;
  translate(ip, icmp, sender, receiver);
  return isHairpin ? Outcome.Hairpin : Outcome.Outbound;
}

/**
 * Names both ends of the quoted packet as the other side knows them: its source, unless `sender` is
 * NONE, by the internal endpoint to whose host the error now goes, and its destination, unless
 * `receiver` is NONE, by the external endpoint from whose address the error now comes.
 */
function translate(ip: Ipv4, icmp: Icmp, sender: u32, receiver: u32): void {
  const inner = quoted.header(icmp);
  const protocol = quoted.protocol(inner);
  const payload = quoted.payload(inner);
  const headerSum = inner.checksum;
  let addresses: u32 = 0;
  let ports: u32 = 0;
  if (receiver != NONE) {
    addresses = rewrite.destinationAddress(inner, externalAddress());
    ports = transport.setDestinationPort(protocol, payload, externalPort(receiver));
    rewrite.sourceAddress(ip, externalAddress());
  }
  if (sender != NONE) {
    const mapping = Mapping.at(sender);
    addresses += rewrite.sourceAddress(inner, mapping.internalAddress);
    ports += transport.setSourcePort(protocol, payload, mapping.internalPort);
    rewrite.destinationAddress(ip, mapping.internalAddress);
  }
  const header = addresses + checksum.change16(headerSum, inner.checksum);
  const sum = quoted.adjustChecksum(ip, icmp, addresses, ports);
  icmp.checksum = checksum.adjust(icmp.checksum, header + ports + sum);
}
