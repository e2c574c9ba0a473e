/** From the internal side: outbound, or back to an internal host (docs/behaviour.md §3). */
import { constant, type Term } from "../terms/term.ts";
import type { Ipv4 } from "./datagram.ts";
import { is } from "./language.ts";
import type { Nat, Protocol } from "./nat.ts";
import { type Fate, type Outcome, drop, forward } from "./outcome.ts";
import { type Checksum, headerChanges, transportChanges, write } from "./rewrite.ts";

/** `obstacle` is why the packet cannot be passed on, if it is to be. */
export function outbound(
  ip: Ipv4,
  protocol: Protocol,
  checksum: Checksum,
  nat: Nat,
  obstacle?: Outcome,
): Fate {
  const from = ip.sourceEndpoint(protocol);
  const to = ip.destinationEndpoint(protocol);
  const flags = controlBits(ip, protocol);
  const address = nat.settings.externalAddress;

  // Hairpinning (RFC 4787 §6, REQ-9; RFC 5382 REQ-8): not for queries, whose one identifier cannot
  // name both ends.
  const isHairpin = is(to.address, address);
  if (isHairpin && protocol === "Icmp") return drop("NoMapping");
  const target = isHairpin ? nat.owner(protocol, to.port) : undefined;
  if (isHairpin && !target) return drop("NoMapping");
  if (obstacle) return drop(obstacle);

  const sender = nat.send(protocol, from, to, flags);
  if (typeof sender === "string") return drop(sender);
  const source = { address, port: sender.externalPort };
  if (target) nat.receive(target, source, flags);

  // The receiver of a hairpin sees the sender's external endpoint (RFC 4787 REQ-9a).
  const ends = { source, destination: target?.internal };
  write(ip.octets, [...headerChanges(ip, ends), ...transportChanges(ip, protocol, ends, checksum)]);
  if (target) return forward("Hairpin", "internal", ip.totalLength);
  return forward("Outbound", "external", ip.totalLength);
}

/** RFC 9293 §3.1. */
export function controlBits(ip: Ipv4, protocol: Protocol): Term {
  return protocol === "Tcp" ? ip.transportOctet(13) : constant(0, 8);
}
