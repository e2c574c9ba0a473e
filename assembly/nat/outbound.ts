/**
 * Packets from the internal side (docs/behaviour.md §3): out through the external address, or, when
 * sent to that address, back in to the internal host that it stands for (hairpin, RFC 4787 §6).
 */
import { Outcome, Protocol } from "../abi";
import { Icmp } from "../wire/icmp";
import { Ipv4 } from "../wire/ipv4";
import * as icmpError from "./icmp-error";
import { Mapping, NONE, externalPort, owner } from "./mappings";
import { receive } from "./receiver";
import * as rewrite from "./rewrite";
import { senderMapping } from "./sender";
import { externalAddress } from "./settings";
import * as transport from "./transport";

/** What becomes of a well-formed packet from the internal side. */
export function outbound(ip: Ipv4, protocol: u32, header: usize): Outcome {
  const toExternalAddress = ip.dst == externalAddress();
  if (protocol == Protocol.Icmp) {
    const icmp = Icmp.at(header);
    if (icmp.isError) return icmpError.outbound(ip, icmp);
    if (!icmp.isRequest) return Outcome.IcmpType;
    if (toExternalAddress) return Outcome.NoMapping;
  }
  return toExternalAddress ? hairpin(ip, protocol, header) : leave(ip, protocol, header);
}

function leave(ip: Ipv4, protocol: u32, header: usize): Outcome {
  const sender = senderMapping(ip, protocol, header);
  if (sender < 0) return -sender;
  rewrite.source(ip, protocol, header, externalAddress(), externalPort(sender));
  return Outcome.Outbound;
}

function hairpin(ip: Ipv4, protocol: u32, header: usize): Outcome {
  const target = owner(protocol, transport.destinationPort(protocol, header));
  if (target == NONE) return Outcome.NoMapping;
  const sender = senderMapping(ip, protocol, header);
  if (sender < 0) return -sender;
  // REQ-9a: the target sees the sender's external endpoint.
  const external = externalPort(sender);
  receive(target, externalAddress(), external, transport.flags(protocol, header));
  const mapping = Mapping.at(target);
  rewrite.source(ip, protocol, header, externalAddress(), external);
  rewrite.destination(ip, protocol, header, mapping.internalAddress, mapping.internalPort);
  return Outcome.Hairpin;
}
