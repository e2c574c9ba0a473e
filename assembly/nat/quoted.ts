/**
 * The packet that an ICMP error quotes (RFC 792, RFC 4884 §4): where it lies, whether it can be
 * translated, and its checksum, which may have been cut off.
 */
import { Outcome, Protocol } from "../abi";
import * as checksum from "../wire/checksum";
import * as icmpHeader from "../wire/icmp";
import { Icmp } from "../wire/icmp";
import * as ipv4 from "../wire/ipv4";
import { Ipv4 } from "../wire/ipv4";
import * as tcp from "../wire/tcp";
import { NO_PROTOCOL, tableOf } from "./protocol";
import * as transport from "./transport";

/** Nothing is wrong. */
export const SOUND: u32 = 0;

/** Octets of the quoted transport header that every error carries (RFC 792). */
const QUOTED_TRANSPORT: u32 = 8;

/** The outcome for which the error has to be dropped, or SOUND. */
export function faultIn(ip: Ipv4, icmp: Icmp): u32 {
  const length = ip.totalLength - ip.headerLength;
  if (!checksum.messageIsValid(changetype<usize>(icmp), length)) return Outcome.IcmpChecksum;
  const available = lengthIn(ip, icmp);
  if (available < ipv4.MIN_HEADER) return Outcome.EmbeddedHeader;
  const inner = header(icmp);
  const octets = inner.headerLength;
  if (inner.version != 4 || octets < ipv4.MIN_HEADER) return Outcome.EmbeddedHeader;
  if (octets + QUOTED_TRANSPORT > min(available, inner.totalLength)) return Outcome.EmbeddedHeader;
  if (!checksum.headerIsValid(changetype<usize>(inner), octets)) return Outcome.EmbeddedHeader;
  if (inner.isLaterFragment) return Outcome.EmbeddedFragment;
  if (protocol(inner) == NO_PROTOCOL) return Outcome.EmbeddedProtocol;
  if (protocol(inner) == Protocol.Icmp) {
    const query = Icmp.at(payload(inner));
    if (!query.isRequest && !query.isReply) return Outcome.EmbeddedProtocol;
  }
  return SOUND;
}

export function header(icmp: Icmp): Ipv4 {
  return Ipv4.at(changetype<usize>(icmp) + icmpHeader.HEADER);
}

/** The protocol's table, or NO_PROTOCOL. */
export function protocol(inner: Ipv4): u32 {
  return tableOf(inner.protocol);
}

/** Where the quoted transport header lies. */
export function payload(inner: Ipv4): usize {
  return changetype<usize>(inner) + inner.headerLength;
}

/** Keeps the quoted transport checksum true if the quotation reaches it: see `transport`. */
export function adjustChecksum(ip: Ipv4, icmp: Icmp, addresses: u32, ports: u32): u32 {
  const inner = header(icmp);
  const octets = min(lengthIn(ip, icmp), inner.totalLength) - inner.headerLength;
  const table = protocol(inner);
  if (table == Protocol.Tcp && octets < tcp.THROUGH_CHECKSUM) return 0;
  return transport.adjustChecksum(table, payload(inner), addresses, ports);
}

/** Octets of the quoted datagram, without extensions where their sender marks them off (RFC 4884). */
function lengthIn(ip: Ipv4, icmp: Icmp): u32 {
  const available = ip.totalLength - ip.headerLength - icmpHeader.HEADER;
  const told = icmp.quotedLength;
  return told == 0 ? available : min(available, told);
}
