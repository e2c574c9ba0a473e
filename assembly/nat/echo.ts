/** Echo requests to the NAT itself (RFC 1812 §4.3.3.6, docs/behaviour.md §9). */
import { Outcome } from "../abi";
import * as checksum from "../wire/checksum";
import { ECHO_REPLY, Icmp } from "../wire/icmp";
import { INITIAL_TTL, Ipv4 } from "../wire/ipv4";
import * as rewrite from "./rewrite";

/** Turns a request into its answer. */
export function answer(ip: Ipv4, icmp: Icmp): Outcome {
  const sender = ip.src;
  ip.src = ip.dst;
  ip.dst = sender;
  rewrite.timeToLive(ip, INITIAL_TTL);
  const asked = icmp.kind;
  icmp.type = ECHO_REPLY;
  const sum = checksum.adjust(icmp.checksum, checksum.change16(asked, icmp.kind));
  // RFC 1071 §1: the words may now all be zero, and the sum of such is +0.
  icmp.checksum = sum == 0 ? 0xffff : sum;
  return Outcome.Echo;
}
