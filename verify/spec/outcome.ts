/** What becomes of a packet (docs/behaviour.md §2): the first check that fails names the drop. */
import { TRUE, type Term } from "../terms/term.ts";

/** In the order in which the core numbers them. */
// prettier-ignore
export const OUTCOMES = [
  "Outbound", "Inbound", "Hairpin", "Echo", "ArpReply", "Released",
  "BadDescriptor", "NotConfigured", "Truncated", "OtherStation", "ArpHeard", "ArpIgnored", "NotIpv4",
  "HeaderLength", "TotalLength", "HeaderChecksum", "Fragment", "SourceAddress",
  "DestinationAddress", "NotExternalAddress", "UnsupportedProtocol", "TransportTruncated",
  "UdpLength", "TcpOffset", "PartialChecksum", "TimeExceeded", "TooBig", "IcmpType", "IcmpChecksum", "EmbeddedHeader", "EmbeddedFragment",
  "EmbeddedProtocol", "EmbeddedAddresses", "NoMapping", "Filtered", "NotSyn", "NoPort",
  "EndpointTableFull", "SessionTableFull",
] as const;

export type Outcome = (typeof OUTCOMES)[number];
export type Side = "internal" | "external";

/** A packet without `forward` is dropped: its octets are as they came, and mappings as they were. */
export interface Fate {
  outcome: Outcome;
  forward?: Departure;
}

export interface Departure {
  /** The side by which the packet leaves. */
  side: Side;
  /** In octets: 32 bits. */
  length: Term;
  /** How many octets behind the packet that arrived it begins. */
  begin: number;
  /** Whether the Ethernet address of its next hop is known, if it needs one: a truth value. */
  isAddressed: Term;
}

export function drop(outcome: Outcome): Fate {
  return { outcome };
}

export function forward(outcome: Outcome, side: Side, length: Term): Fate {
  return { outcome, forward: { side, length, begin: 0, isAddressed: TRUE } };
}
