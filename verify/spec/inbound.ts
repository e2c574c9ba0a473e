/** From the external side (docs/behaviour.md §6). */
import type { Ipv4 } from "./datagram.ts";
import type { Nat, Protocol } from "./nat.ts";
import { controlBits } from "./outbound.ts";
import { type Fate, type Outcome, drop, forward } from "./outcome.ts";
import { type Checksum, headerChanges, transportChanges, write } from "./rewrite.ts";

/** `obstacle` is why the packet cannot be passed on, if it is to be. */
export function inbound(
  ip: Ipv4,
  protocol: Protocol,
  checksum: Checksum,
  nat: Nat,
  obstacle?: Outcome,
): Fate {
  const from = ip.sourceEndpoint(protocol);
  const receiver = nat.owner(protocol, ip.destinationEndpoint(protocol).port);
  if (!receiver) return drop("NoMapping");
  // Address-dependent filtering (RFC 4787 §5, REQ-8; RFC 5382 REQ-3).
  if (!nat.admits(receiver, from.address)) return drop("Filtered");
  if (obstacle) return drop(obstacle);
  nat.receive(receiver, from, controlBits(ip, protocol));

  const ends = { destination: receiver.internal };
  write(ip.octets, [...headerChanges(ip, ends), ...transportChanges(ip, protocol, ends, checksum)]);
  return forward("Inbound", "internal", ip.totalLength);
}
