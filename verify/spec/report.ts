/**
 * ICMP errors of the NAT's own (docs/behaviour.md §8; RFC 792, RFC 1191, RFC 1812 §4.3): the sender of a
 * packet that cannot be passed on is told.
 */
import { concat, extract, not } from "../terms/bits.ts";
import { onesSum } from "../terms/ones-complement.ts";
import { constant, type Term } from "../terms/term.ts";
import { Ipv4, type Octets, writeNumber } from "./datagram.ts";
import { ETHERNET_HEADER, ROOM, address } from "./link.ts";
import { is, least, plus } from "./language.ts";
import type { Router, Settings } from "./nat.ts";
import { type Fate, type Outcome, type Side, drop } from "./outcome.ts";
import { behind } from "./virtio.ts";

/** RFC 1812 §4.3.2.3: an error is not longer than 576 octets, 28 of which are headers. */
const MOST_QUOTED = 548;

const ICMP = 1;

/** Behind `virtio` octets of a virtio header and an Ethernet header, before the packet it quotes. */
export function report(
  octets: Octets,
  virtio: number,
  outcome: Outcome,
  side: Side,
  settings: Settings,
  router: Router,
): Fate {
  const frame = behind(octets, virtio);
  const error = behind(frame, ETHERNET_HEADER);
  const quoted = new Ipv4(behind(error, ROOM), constant(0, 32));
  // RFC 1191 §4: only who forbids fragments is told that one would be needed.
  if (outcome === "TooBig" && !is(quoted.mayNotBeFragmented, 1)) return drop(outcome);
  // RFC 1812 §4.3.2.7: no errors about errors.
  const isIcmp = quoted.protocol === "Icmp";
  if (isIcmp && is(quoted.transportOctet(0), 3, 11, 12)) return drop(outcome);
  if (!router.mayReport()) return drop(outcome);

  const length = least(quoted.totalLength, constant(MOST_QUOTED, 32));
  const from = side === "internal" ? settings.internalAddress : settings.externalAddress;
  const { source: to } = quoted;
  const isOutbound = side === "internal" && !is(quoted.destination, settings.externalAddress);
  const mtu = extract(settings.links[isOutbound ? "external" : "internal"].mtu, 15, 0);
  // RFC 1812 §4.3.2.5: precedence 6, and the type of service of the packet.
  const service = concat(constant(6, 3), extract(quoted.service, 4, 2), constant(0, 2));
  const isTooBig = outcome === "TooBig";
  const kind = constant(isTooBig ? 0x0304 : 0x0b00, 16);
  const last = isTooBig ? mtu : constant(0, 16);
  const quotation = quoted.octets.sum(quoted.at, length);

  for (let at = 0; at < virtio; at++) octets.setOctet(constant(at, 32), constant(0, 8));
  writeHeader(error, service, extract(plus(length, ROOM), 15, 0), from, to);
  const message = behind(error, 20);
  writeWords(message, [kind, not(onesSum(kind, last, quotation)), constant(0, 16), last]);
  writeWords(behind(frame, 12), [constant(0x0800, 16)]);
  const isAddressed = address(frame, side, to, settings, router);
  const all = plus(length, virtio + ETHERNET_HEADER + ROOM);
  return { outcome, forward: { side, length: all, begin: 0, isAddressed } };
}

/** An IPv4 header without options (RFC 791 §3.1). */
function writeHeader(octets: Octets, service: Term, total: Term, from: Term, to: Term): void {
  const ttl = constant(64, 8);
  const words = [
    concat(constant(0x45, 8), service),
    total,
    constant(0, 16),
    constant(0, 16),
    concat(ttl, constant(ICMP, 8)),
  ];
  const addresses = [from, to].flatMap((one) => [extract(one, 31, 16), extract(one, 15, 0)]);
  const checksum = not(onesSum(...words, ...addresses));
  writeWords(octets, [...words, checksum, ...addresses]);
}

function writeWords(octets: Octets, words: Term[]): void {
  for (const [i, word] of words.entries()) writeNumber(octets, constant(2 * i, 32), word);
}
