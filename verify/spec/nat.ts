/**
 * Between the layers: what the fate of a packet (packet.ts and below it) asks of the mappings
 * (mappings.ts). Addresses are 32 bits, ports 16, times 64 (milliseconds); all are numbers, and port
 * 80 is 80. For ICMP queries the identifier stands for the port, here and everywhere (RFC 3022 §2.2).
 */
import type { Term } from "../terms/term.ts";
import type { Outcome, Side } from "./outcome.ts";

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
  /** Whether packets are frames (frame.ts): a truth value. What follows means nothing otherwise, but R is 0. */
  isRouter: Term;
  /** R, as docs/behaviour.md calls it. */
  internalAddress: Term;
  externalMask: Term;
  gateway: Term;
  links: Record<Side, Link>;
}

export interface Link {
  /** The NAT's own Ethernet address: 48 bits. */
  station: Term;
  /** Octets, 32 bits. */
  mtu: Term;
}

/** What a router knows beside its mappings. Ethernet addresses are 48 bits. */
export interface Router {
  /** The Ethernet address of the neighbour with an address, if it is known. */
  neighbour(side: Side, address: Term): { isKnown: Term; station: Term };
  /** Whether there is a neighbour with an address, known or no longer. */
  isKept(side: Side, address: Term): Term;
  hear(side: Side, address: Term, station: Term): void;
  /** Whether an ICMP error may be sent now; counts one more if so. */
  mayReport(): boolean;
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
