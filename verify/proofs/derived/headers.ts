/**
 * Where the headers of a packet are on a path that has read them, and which 16-bit words of them may
 * be rewritten. All else in a packet is its payload: options, other fields, data.
 */
import { Ipv4, inOctets } from "../../spec/datagram.ts";
import { least } from "../../spec/language.ts";
import type { Protocol } from "../../spec/nat.ts";
import type { Path } from "../../symbolic/path.ts";
import type { Prover } from "../../symbolic/prover.ts";
import { add, subtract } from "../../terms/arithmetic.ts";
import { zeroExtend } from "../../terms/bits.ts";
import { eq, ult } from "../../terms/comparisons.ts";
import { all, any, ite, no } from "../../terms/logic.ts";
import { constant, type Term } from "../../terms/term.ts";
import { u32 } from "../../contracts/words.ts";
import { SpecPacket, UNDONE } from "../packet.ts";

/** A datagram that is rewritten. */
export interface Part {
  ip: Ipv4;
  protocol: Protocol;
  /** Whether its transport checksum is there: not all of a quoted datagram need be. */
  hasChecksum: boolean;
  /** Whether that is only begun: the sum of the pseudo header, for a device to finish. */
  isBegun: boolean;
}

export interface Headers extends Part {
  /** The datagram that an ICMP error quotes. */
  embedded?: Part;
}

const NUMBERS: [Protocol, number][] = [
  ["Udp", 17],
  ["Tcp", 6],
  ["Icmp", 1],
];

const CHECKSUM_AT: Record<Protocol, number> = { Udp: 6, Tcp: 16, Icmp: 2 };

/** The headers of the packet as it arrived; it has to have been taken for sound. */
export async function headersOf(path: Path, prover: Prover): Promise<Headers> {
  const ip = new Ipv4(new SpecPacket(path.facts), u32(0));
  const protocol = protocolOf(path, ip);
  const begun = path.facts.refine(isBegunBehind(ip, protocol));
  const isBegun = protocol !== "Icmp" && (await prover.decide(path, begun));
  if (isBegun === undefined) throw new Error("whether a checksum is begun has not been decided");
  const outer = { ip, protocol, hasChecksum: true, isBegun };
  if (protocol !== "Icmp" || !isKnown(path, isError(ip))) return outer;
  const quoted = new Ipv4(ip.octets, after(ip.transport, 8));
  const inner = protocolOf(path, quoted);
  const isHeld = path.facts.refine(quotesTcpChecksum(ip, quoted));
  const hasChecksum = inner !== "Tcp" || (await prover.decide(path, isHeld));
  if (hasChecksum === undefined) throw new Error("how much is quoted has not been decided");
  return { ...outer, embedded: { ip: quoted, protocol: inner, hasChecksum, isBegun: false } };
}

/** Whether what is told of an unfinished checksum tells of this one. */
function isBegunBehind({ headerLength }: Ipv4, protocol: Protocol): Term {
  const { start, offset } = UNDONE.checksum;
  const isOfThis = eq(zeroExtend(offset, 32), u32(CHECKSUM_AT[protocol]));
  return all(eq(zeroExtend(start, 32), headerLength), isOfThis);
}

function protocolOf(path: Path, ip: Ipv4): Protocol {
  const number = ip.octets.octet(after(ip.at, 9));
  const found = NUMBERS.find(([, value]) => isKnown(path, eq(number, constant(value, 8))));
  if (!found) throw new Error("the protocol is not known");
  return found[0];
}

function isError(ip: Ipv4): Term {
  return any(...[3, 11, 12].map((type) => eq(ip.transportOctet(0), constant(type, 8))));
}

/** Whether a claim holds; the specification has decided it on every path to its end. */
export function isKnown({ facts }: Path, claim: Term): boolean {
  const decided = facts.decide(facts.refine(claim)) ?? facts.decide(claim);
  if (decided === undefined) throw new Error("what kind of packet it is has not been decided");
  return decided;
}

export function after(at: Term, octets: number): Term {
  return add(at, u32(octets));
}

export function addressWords({ at }: Ipv4): Term[] {
  return [12, 14, 16, 18].map((offset) => after(at, offset));
}

export function headerChecksum({ at }: Ipv4): Term {
  return after(at, 10);
}

export function transportChecksum({ transport }: Ipv4, protocol: Protocol): Term {
  return after(transport, CHECKSUM_AT[protocol]);
}

/** The words of the ports, or of the identifier. */
export function portWords({ transport }: Ipv4, protocol: Protocol): Term[] {
  return protocol === "Icmp" ? [after(transport, 4)] : [after(transport, 0), after(transport, 2)];
}

/** Every word of it that may be rewritten. */
export function wordsOf({ ip, protocol, hasChecksum }: Part): Term[] {
  const checksum = hasChecksum ? [transportChecksum(ip, protocol)] : [];
  const ports = portWords(ip, protocol);
  return [headerChecksum(ip), ...addressWords(ip), ...checksum, ...ports];
}

/** Every word that may be rewritten in a packet. */
export function allWordsOf({ embedded, ...outer }: Headers): Term[] {
  if (!embedded) return wordsOf(outer);
  const { ip, protocol } = outer;
  const own = [headerChecksum(ip), ...addressWords(ip), transportChecksum(ip, protocol)];
  return [...own, ...wordsOf(embedded)];
}

/**
 * Whether an ICMP error quotes so much that the checksum of TCP is there: 18 octets of its header.
 * What is quoted ends with the message, or where octet 5 of it says (RFC 4884), or with the
 * embedded datagram.
 */
function quotesTcpChecksum(outer: Ipv4, embedded: Ipv4): Term {
  const available = subtract(add(outer.at, outer.totalLength), embedded.at);
  const words = outer.transportOctet(5);
  const said = least(inOctets(words), available);
  const quoted = ite(eq(words, constant(0, 8)), available, said);
  const held = subtract(least(quoted, embedded.totalLength), embedded.headerLength);
  return no(ult(held, u32(18)));
}
