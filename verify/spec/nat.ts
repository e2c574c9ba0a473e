/**
 * Between the layers: what the fate of a packet (packet.ts and below it) asks of the mappings
 * (mappings.ts). Addresses are 32 bits, ports 16, times 64 (milliseconds); all are numbers, and port
 * 80 is 80. For ICMP queries the identifier stands for the port, here and everywhere (RFC 3022 §2.2).
 */
import type { Term } from "../terms/term.ts";
import type { Outcome } from "./outcome.ts";

export type Protocol = "Udp" | "Icmp" | "Tcp";

export interface Endpoint {
  address: Term;
  port: Term;
}

/** A mapping as it is when it is asked for (RFC 4787 §4.1). */
export interface Mapping {
  protocol: Protocol;
  externalPort: Term;
  internal: Endpoint;
}

export interface Settings {
  /** E, as docs/behaviour.md calls it. */
  externalAddress: Term;
  /** The internal network; unknown when the mask is 0. */
  network: Term;
  mask: Term;
  /** The external ports that may be used: 1 <= firstPort <= lastPort. */
  firstPort: Term;
  lastPort: Term;
  lifetime: { Udp: Term; Icmp: Term; TcpTransitory: Term; TcpEstablished: Term };
  /** For how long the port of a mapping rests after its lifetime. */
  holdDown: Term;
  /** Whether each packet begins with a virtio header: a truth value. */
  hasVirtioHeader: Term;
  /** Whether inbound packets refresh (RFC 4787 REQ-6): a truth value. */
  inboundRefreshes: Term;
}

/** `flags` are the control bits of a TCP segment, 8 bits (RFC 9293 §3.1); 0 for other protocols. */
export interface Nat {
  settings: Settings;
  /** Whether the NAT has been configured. */
  isReady: Term;
  /** The live mapping that has an external port. */
  owner(protocol: Protocol, externalPort: Term): Mapping | undefined;
  /** The live mapping of an internal endpoint. */
  mappingOf(protocol: Protocol, internal: Endpoint): Mapping | undefined;
  /** Whether a live mapping lets packets from a remote address in. */
  admits(mapping: Mapping, remoteAddress: Term): boolean;
  /** An internal host sends: its mapping, found or made, or the reason why there is none. */
  send(protocol: Protocol, from: Endpoint, to: Endpoint, flags: Term): Mapping | Outcome;
  /** What a packet does to the mapping of the internal host that receives it. */
  receive(mapping: Mapping, from: Endpoint, flags: Term): void;
}
