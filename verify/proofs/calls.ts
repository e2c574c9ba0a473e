/**
 * The two functions of the NAT between its tables and its packets: what their arguments mean, so
 * that their callers and their own proofs read them alike.
 */
import * as nat from "../contracts/nat.ts";
import type { Claim } from "../contracts/contract.ts";
import { PACKETS, PACKET_AREA } from "../contracts/layout.ts";
import { below, u32 } from "../contracts/words.ts";
import type { Endpoint, Protocol } from "../spec/nat.ts";
import type { PacketBounds } from "../symbolic/memory.ts";
import type { Path, State } from "../symbolic/path.ts";
import { add, linear, subtract } from "../terms/arithmetic.ts";
import { extract } from "../terms/bits.ts";
import { eq, ule } from "../terms/comparisons.ts";
import { all, no } from "../terms/logic.ts";
import { constant, variable, type Term } from "../terms/term.ts";
import { PROTOCOLS, swap } from "./abstraction.ts";

/** A packet that lies anywhere in the packet area. */
export const PACKET: PacketBounds = {
  base: variable("packet", 32),
  length: variable("length", 32, BigInt(PACKET_AREA)),
};

/** What is known of where a packet lies. */
export function packetClaims({ base, length }: PacketBounds): Claim[] {
  const end = u32(PACKETS + PACKET_AREA);
  return [
    { name: "a length", says: ule(length, u32(PACKET_AREA)) },
    { name: "a packet in the packet area", says: all(ule(u32(PACKETS), base), ule(base, end)) },
    { name: "all of it", says: ule(base, subtract(end, length)) },
  ];
}

/** The packet that a descriptor tells of, if it is sound. */
export function packetOf(state: State, index: Term): PacketBounds {
  const base = add(state.table("offset").read(index), u32(PACKETS));
  const length = state.table("length").read(index);
  const isThere = all(...packetClaims({ base, length }).map(({ says }) => says));
  return { base, length, isThere };
}

/** A packet from an internal host, as far as its mapping is concerned. */
export interface Sending {
  protocol: Protocol;
  from: Endpoint;
  to: Endpoint;
  flags: Term;
}

const PORTS_AT: Record<Protocol, [from: number, to: number]> = {
  Udp: [0, 2],
  Tcp: [0, 2],
  Icmp: [4, 4],
};

/** Octets of a transport header that its length has been checked for. */
const HEADER: Record<Protocol, number> = { Udp: 8, Tcp: 20, Icmp: 8 };
const TCP_FLAGS_AT = 13;

/** What senderMapping(packet, protocol, header, hint) is asked, whatever the hint. */
export function sendingOf(path: Path, protocol: Protocol, header: Term): Sending {
  const read = (at: Term, octets: number) => swap(path.octets.readWord(at, octets, path.facts));
  const [from, to] = PORTS_AT[protocol];
  return {
    protocol,
    from: { address: read(u32(12), 4), port: read(add(header, u32(from)), 2) },
    to: { address: read(u32(16), 4), port: read(add(header, u32(to)), 2) },
    flags: protocol === "Tcp" ? read(add(header, u32(TCP_FLAGS_AT)), 1) : constant(0, 8),
  };
}

/** What senderMapping's callers have to see to; `header` is its distance from the packet. */
export function sendingClaims(path: Path, sending: Sending, header: Term): Claim[] {
  const room = linear([PACKET.length, 1n], [u32(HEADER[sending.protocol]), -1n]);
  const first = extract(sending.from.address, 31, 24);
  return [
    ...packetClaims(PACKET),
    { name: "an IP header", says: ule(u32(20), PACKET.length) },
    { name: "a transport header after it", says: all(ule(u32(20), header), ule(header, u32(60))) },
    {
      name: "all of it",
      says: all(ule(u32(HEADER[sending.protocol]), PACKET.length), ule(header, room)),
    },
    { name: "a source address not in 0/8", says: no(eq(first, constant(0, 8))) },
    {
      name: "a NAT that is configured",
      says: no(eq(path.state.table("ready").read(u32(0)), u32(0))),
    },
  ];
}

/** A packet to an internal host that has a mapping. */
export interface Receiving {
  protocol: Protocol;
  /** The mapping's number. */
  node: Term;
  from: Endpoint;
  flags: Term;
}

/** What receive(number, remoteAddress, remotePort, flags) is asked: 16 bits of the port count. */
export function receivingOf(path: Path, protocol: Protocol, args: Term[]): Receiving {
  const [node, address, port, flags] = args as [Term, Term, Term, Term];
  return {
    protocol,
    node: path.facts.refine(node),
    from: { address: swap(address), port: swap(extract(port, 15, 0)) },
    flags: extract(flags, 7, 0),
  };
}

export function receivingClaims(path: Path, { protocol, node }: Receiving, args: Term[]): Claim[] {
  const flags = args[3]!;
  const number = u32(PROTOCOLS.indexOf(protocol));
  return [
    { name: "a mapping", says: nat.exists(path.state, node) },
    {
      name: "of the protocol",
      says: all(below(node, 3 << 16), eq(extract(node, 31, 16), extract(number, 15, 0))),
    },
    {
      name: "control bits, of TCP only",
      says: protocol === "Tcp" ? below(flags, 256) : eq(flags, u32(0)),
    },
  ];
}
