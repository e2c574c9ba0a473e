/** Echo requests to the NAT itself (docs/behaviour.md §9; RFC 792, RFC 1812 §4.3.3.6). */
import { concat, extract } from "../terms/bits.ts";
import { constant } from "../terms/term.ts";
import { type Ipv4, word16, writeNumber } from "./datagram.ts";
import { is, plus } from "./language.ts";
import { type Fate, type Side, forward } from "./outcome.ts";
import { checksumChange, timeToLive, write } from "./rewrite.ts";

export function echo(ip: Ipv4, side: Side): Fate {
  const { octets, source, destination, transport } = ip;
  const kind = word16(octets, transport);
  // Type 0 with the same code.
  const reply = { at: transport, before: kind, after: concat(constant(0, 8), extract(kind, 7, 0)) };
  const sum = checksumChange(octets, plus(transport, 2), [reply]);
  // RFC 1071 §1: the words may now all be zero, and the sum of such is +0.
  const after = is(sum.after, 0) ? constant(0xffff, 16) : sum.after;
  write(octets, [...timeToLive(ip, constant(64, 8)), reply, { ...sum, after }]);
  writeNumber(octets, plus(ip.at, 12), destination);
  writeNumber(octets, plus(ip.at, 16), source);
  return forward("Echo", side, ip.totalLength);
}
