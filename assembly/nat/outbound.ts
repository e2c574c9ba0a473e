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
import { destinationAddress, sourceAddress } from "./rewrite";
import { senderMapping } from "./sender";
import { externalAddress } from "./settings";
import * as transport from "./transport";

/**
 * What becomes of a well-formed packet from the internal side. `obstacle` is why it cannot be passed
 * on, if it is to be, or 0.
 */
export function outbound(
  ip: Ipv4,
  protocol: u32,
  header: usize,
  isPartial: bool,
  hint: u32,
  obstacle: u32,
): Outcome {
  const toExternalAddress = ip.dst == externalAddress();
  if (protocol == Protocol.Icmp) {
    const icmp = Icmp.at(header);
    if (icmp.isError) return icmpError.outbound(ip, icmp, obstacle);
    if (!icmp.isRequest) return Outcome.IcmpType;
    if (toExternalAddress) return Outcome.NoMapping;
  }
  if (toExternalAddress) return hairpin(ip, protocol, header, isPartial, hint, obstacle);
  return obstacle != 0 ? obstacle : leave(ip, protocol, header, isPartial, hint);
}

function leave(ip: Ipv4, protocol: u32, header: usize, isPartial: bool, hint: u32): Outcome {
  const sender = senderMapping(ip, protocol, header, hint);
  if (sender < 0) return -sender;
  const addresses = sourceAddress(ip, externalAddress());
  const ports = transport.setSourcePort(protocol, header, externalPort(sender));
  transport.settleChecksum(protocol, header, addresses, ports, isPartial);
  return Outcome.Outbound;
}

function hairpin(
  ip: Ipv4,
  protocol: u32,
  header: usize,
  isPartial: bool,
  hint: u32,
  obstacle: u32,
): Outcome {
  const target = owner(protocol, transport.destinationPort(protocol, header));
  if (target == NONE) return Outcome.NoMapping;
  if (obstacle != 0) return obstacle;
  const sender = senderMapping(ip, protocol, header, hint);
  if (sender < 0) return -sender;
  // REQ-9a: the target sees the sender's external endpoint.
  const external = externalPort(sender);
  receive(target, externalAddress(), external, transport.flags(protocol, header));
  const mapping = Mapping.at(target);
  let addresses = sourceAddress(ip, externalAddress());
  addresses += destinationAddress(ip, mapping.internalAddress);
  let ports = transport.setSourcePort(protocol, header, external);
  ports += transport.setDestinationPort(protocol, header, mapping.internalPort);
  transport.settleChecksum(protocol, header, addresses, ports, isPartial);
  return Outcome.Hairpin;
}
