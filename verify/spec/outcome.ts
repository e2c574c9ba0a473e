/** What becomes of a packet (docs/behaviour.md §2): the first check that fails names the drop. */
import type { Term } from "../terms/term.ts";

/** In the order in which the core numbers them. */
// prettier-ignore
export const OUTCOMES = [
  "Outbound", "Inbound", "Hairpin", "BadDescriptor", "NotConfigured", "Truncated", "NotIpv4",
  "HeaderLength", "TotalLength", "HeaderChecksum", "Fragment", "SourceAddress",
  "DestinationAddress", "NotExternalAddress", "UnsupportedProtocol", "TransportTruncated",
  "UdpLength", "TcpOffset", "PartialChecksum", "IcmpType", "IcmpChecksum", "EmbeddedHeader", "EmbeddedFragment",
  "EmbeddedProtocol", "EmbeddedAddresses", "NoMapping", "Filtered", "NotSyn", "NoPort",
  "EndpointTableFull", "SessionTableFull",
] as const;

export type Outcome = (typeof OUTCOMES)[number];
export type Side = "internal" | "external";

/** A packet without `forward` is dropped: nothing has changed, neither its octets nor any state. */
export interface Fate {
  outcome: Outcome;
  /** The side by which the packet leaves, and its length in octets: 32 bits. */
  forward?: { side: Side; length: Term };
}

export function drop(outcome: Outcome): Fate {
  return { outcome };
}

export function forward(outcome: Outcome, side: Side, length: Term): Fate {
  return { outcome, forward: { side, length } };
}
