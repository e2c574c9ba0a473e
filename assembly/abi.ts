/**
 * What the core and its host agree on: compiled by asc into the module and by tsc into the host,
 * so it holds enums and numbers only. docs/behaviour.md says what each outcome means.
 */

/** The realm a packet comes from, or leaves to (RFC 3022 §2). */
export enum Side {
  Internal = 0,
  External = 1,
}

/** What the host has to do with a packet. */
export enum Verdict {
  Drop = 0,
  Forward = 1,
  /**
   * A frame whose next hop's Ethernet address is not known: the last four octets of its destination
   * hold the next hop's address. Find out, then hand it in again, its side plus HELD.
   */
  Resolve = 2,
}

/** Added to the side by which a frame leaves that was given the verdict `Resolve`. */
export const HELD: u32 = 2;

/** The protocols that are translated, in the order of their tables. */
export enum Protocol {
  Udp = 0,
  Icmp = 1,
  Tcp = 2,
}

/**
 * What became of a packet; also the index of its counter. From `BadDescriptor` on, it was dropped,
 * though for `TimeExceeded` and `TooBig` an ICMP error may stand in its place: the verdict says so.
 */
export enum Outcome {
  Outbound,
  Inbound,
  Hairpin,
  Echo,
  ArpReply,
  Released,
  BadDescriptor,
  NotConfigured,
  Truncated,
  OtherStation,
  ArpHeard,
  ArpIgnored,
  NotIpv4,
  HeaderLength,
  TotalLength,
  HeaderChecksum,
  Fragment,
  SourceAddress,
  DestinationAddress,
  NotExternalAddress,
  UnsupportedProtocol,
  TransportTruncated,
  UdpLength,
  TcpOffset,
  PartialChecksum,
  TimeExceeded,
  TooBig,
  IcmpType,
  IcmpChecksum,
  EmbeddedHeader,
  EmbeddedFragment,
  EmbeddedProtocol,
  EmbeddedAddresses,
  NoMapping,
  Filtered,
  NotSyn,
  NoPort,
  EndpointTableFull,
  SessionTableFull,
}

/** Outcomes below this number are forwarded packets. */
export const FIRST_DROP: u32 = 6;

/** Number of outcomes. */
export const OUTCOMES: u32 = 39;

/** Why `configure` refused; the module stays unconfigured. */
export enum ConfigFault {
  None,
  AlreadyConfigured,
  ExternalAddress,
  InternalNetwork,
  PortRange,
  Lifetime,
  VirtioHeader,
  Frames,
  InternalAddress,
  ExternalMask,
  Gateway,
  Station,
  Mtu,
}

/** Packets in one call of `process`. */
export const MAX_BATCH: u32 = 256;

/** Octets of PACKETS: where packets may lie, in any places, one behind the other or not. */
export const PACKET_AREA: u32 = 1 << 23;

/** Octets of the virtio header before each packet, where the configuration says that there is one. */
export const VIRTIO_HEADER: u32 = 10;

/** Octets before each frame, where packets are frames, that are the core's to write into. */
export const ROOM: u32 = 28;

/** Octets of an Ethernet header. */
export const ETHERNET_HEADER: u32 = 14;

/** Octets in the longest packet: an IPv4 datagram in a frame behind a virtio header. */
export const MAX_PACKET: u32 = ROOM + VIRTIO_HEADER + ETHERNET_HEADER + 65535;

/**
 * A descriptor is four u32 words: where the packet lies (octets from PACKETS), its length in octets,
 * both with its virtio header, and on arrival with a frame's room; the side it arrived on and, afterwards, the side it leaves by; then
 * `verdict | outcome << 8`.
 */
export const DESCRIPTOR_WORDS: u32 = 4;

/** The words of CONFIG, each a u32. Addresses are in wire order, lifetimes in milliseconds. */
export enum ConfigWord {
  ExternalAddress,
  InternalNetwork,
  InternalMask,
  FirstPort,
  LastPort,
  UdpLifetime,
  IcmpLifetime,
  TcpTransitoryLifetime,
  TcpEstablishedLifetime,
  HoldDown,
  InboundRefresh,
  VirtioHeader,
  Seed0,
  Seed1,
  Seed2,
  Seed3,
  /** 1 if packets are Ethernet frames. The words from here on count only then, but InternalAddress is else 0. */
  Frames,
  InternalAddress,
  ExternalMask,
  Gateway,
  /** The NAT's own Ethernet addresses: the first four octets, and the last two, as they lie. */
  InternalStation,
  InternalStationEnd,
  ExternalStation,
  ExternalStationEnd,
  InternalMtu,
  ExternalMtu,
}

/** Words of CONFIG. */
export const CONFIG_WORDS: u32 = 32;

/** Bits of a TCP mapping's phase: which segments its connection has shown so far. */
export enum Phase {
  SynOut = 1,
  SynIn = 2,
  FinOut = 4,
  FinIn = 8,
  Reset = 16,
  Shared = 32,
}

/** Lifetimes accepted by the core, in milliseconds. The RFCs' minima are the host's to enforce. */
export const MIN_LIFETIME: u32 = 2048;
export const MAX_LIFETIME: u32 = 0x7fffffff;

/** A mapping's record: 32 octets, at RECORDS + 32 * (protocol * 65536 + external port). */
export enum RecordOffset {
  /** u64, ms: the last refresh. */
  Last = 0,
  /** u32: 1,024 ms ticks when the mapping was made. */
  Created = 8,
  /** u32: neighbours in the recency ring. */
  Previous = 12,
  Next = 16,
  /** u32: one more than the slot in ENDPOINTS; 0 when the port is free. */
  Slot = 20,
  /** u32, wire order: the remote address last sent to. */
  RemoteAddress = 24,
  /** u16, wire order: the remote port last sent to (TCP). */
  RemotePort = 28,
  /** u16: bits of `Phase` (TCP). */
  Phase = 30,
}
