/** Packets from the external side to the external address (docs/behaviour.md §6). */
import { Outcome, Protocol } from "../abi";
import { Icmp } from "../wire/icmp";
import { Ipv4 } from "../wire/ipv4";
import * as icmpError from "./icmp-error";
import { Mapping, NONE, owner } from "./mappings";
import { receive } from "./receiver";
import { destinationAddress } from "./rewrite";
import { isAdmitted } from "./sessions";
import * as transport from "./transport";

/**
 * What becomes of a well-formed packet from the external side. `obstacle` is why it cannot be passed
 * on, if it is to be, or 0.
 */
export function inbound(
  ip: Ipv4,
  protocol: u32,
  header: usize,
  isPartial: bool,
  obstacle: u32,
): Outcome {
  if (protocol == Protocol.Icmp) {
    const icmp = Icmp.at(header);
    if (icmp.isError) return icmpError.inbound(ip, icmp, obstacle);
    if (!icmp.isReply) return Outcome.IcmpType;
  }
  const receiver = owner(protocol, transport.destinationPort(protocol, header));
  if (receiver == NONE) return Outcome.NoMapping;
  if (!isAdmitted(receiver, ip.src)) return Outcome.Filtered;
  if (obstacle != 0) return obstacle;
  const remotePort = transport.sourcePort(protocol, header);
  receive(receiver, ip.src, remotePort, transport.flags(protocol, header));
  const mapping = Mapping.at(receiver);
  const addresses = destinationAddress(ip, mapping.internalAddress);
  const ports = transport.setDestinationPort(protocol, header, mapping.internalPort);
  transport.settleChecksum(protocol, header, addresses, ports, isPartial);
  return Outcome.Inbound;
}
