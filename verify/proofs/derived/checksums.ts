/** Checksums: of the header, of the transport, and of what an ICMP error quotes. */
import { type Ipv4, type Octets, word16 } from "../../spec/datagram.ts";
import type { Protocol } from "../../spec/nat.ts";
import type { Path } from "../../symbolic/path.ts";
import type { Prover } from "../../symbolic/prover.ts";
import { extract, not } from "../../terms/bits.ts";
import { eq } from "../../terms/comparisons.ts";
import { all, any, no, truth } from "../../terms/logic.ts";
import { TRUE, constant, type Term } from "../../terms/term.ts";
import type { Unit } from "../unit.ts";
import { AnyNat, soundPath } from "./any-nat.ts";
import { areCongruent } from "./congruence.ts";
import { type Through, explore, isTranslated, step } from "./explore.ts";
import type { Headers } from "./headers.ts";
import * as headers from "./headers.ts";

export const CHECKSUMS_UNIT: Unit = {
  name: "derived/a valid checksum stays valid and an invalid one invalid",
  theorem:
    "in a datagram that is translated each checksum that its rewriting concerns (IP, UDP, TCP, ICMP, " +
    "and these of a quoted datagram) is valid if and only if it was when the packet came, but for a " +
    "quoted ICMP message of zeros alone; UDP without a checksum stays without, with one with one; " +
    "a checksum that is begun remains as far from the sum of the pseudo header as it was",
  prove: ({ prover }) => proveChecksums(prover),
};

/** A sum that a checksum makes 0xffff of. */
interface Sum {
  name: string;
  /** A word that is subtracted. */
  less?: Term;
  /** Where those of its 16-bit words are that may be rewritten; payload.ts shows that no others are. */
  words: Term[];
  /** That something in the sum is not 0. */
  isPositive(octets: Octets): Term;
  /** That a sum of zeros is left out of the theorem. */
  exceptZeros?: boolean;
}

export async function proveChecksums(
  prover: Prover,
  through?: Through,
): Promise<{ paths: Path[] }> {
  const runs = explore(soundPath(), (path) => step(path, new AnyNat(), through));
  const forwarded = runs.filter(({ value }) => isTranslated(value.fate));
  for (const { path, value } of forwarded) {
    const found = await headers.headersOf(path, prover);
    for (const sum of sumsOf(path, found)) await showSum(path, sum, found, value.packet, prover);
    await showUdp(path, found, value.packet, prover);
  }
  return { paths: forwarded.map(({ path }) => path) };
}

async function showSum(
  path: Path,
  sum: Sum,
  { ip }: Headers,
  packet: Octets,
  prover: Prover,
): Promise<void> {
  const arrived = ip.octets;
  const isKept = areCongruent(wordsOf(sum, arrived), wordsOf(sum, packet), path.facts);
  await prover.show(path, truth(isKept), `${sum.name}: the sum is congruent modulo 65535`);
  const wasPositive = sum.exceptZeros ? TRUE : sum.isPositive(arrived);
  const arePositive = all(wasPositive, sum.isPositive(packet));
  await prover.show(path, arePositive, `${sum.name}: the sum is not 0, before and after`);
}

function wordsOf({ words, less }: Sum, octets: Octets): Term[] {
  const added = words.map((at) => word16(octets, at));
  return less ? [...added, not(word16(octets, less))] : added;
}

function sumsOf(path: Path, { ip, protocol, isBegun, embedded }: Headers): Sum[] {
  const header = headerSum("IP", ip);
  if (isBegun) return [header, begunSum(ip, protocol)];
  if (!embedded) return [header, ...transportSums(path, ip, protocol)];
  const message: Sum = {
    name: "ICMP error",
    words: [headers.transportChecksum(ip, "Icmp"), ...headers.wordsOf(embedded)],
    isPositive: (octets) => isNotZero(octets.octet(ip.transport)),
  };
  const inner = [headerSum("quoted IP", embedded.ip)];
  if (embedded.hasChecksum) {
    const sums = transportSums(path, embedded.ip, embedded.protocol);
    inner.push(...sums.map((sum) => ({ ...sum, name: `quoted ${sum.name}`, exceptZeros: true })));
  }
  return [header, message, ...inner];
}

function headerSum(name: string, ip: Ipv4): Sum {
  const words = [headers.headerChecksum(ip), ...headers.addressWords(ip)];
  // The version is 4.
  return { name, words, isPositive: (octets) => isNotZero(extract(octets.octet(ip.at), 7, 4)) };
}

function transportSums(path: Path, ip: Ipv4, protocol: Protocol): Sum[] {
  const checksum = headers.transportChecksum(ip, protocol);
  const words = [checksum, ...headers.portWords(ip, protocol)];
  if (protocol === "Icmp") {
    const some = [ip.transport, ...words];
    const isPositive = (octets: Octets) => any(...some.map((at) => isNotZero(word16(octets, at))));
    return [{ name: protocol, words, isPositive }];
  }
  // There is nothing to be valid: see showUdp.
  if (protocol === "Udp" && hasNoChecksum(path, ip)) return [];
  // The protocol's number is summed as well (RFC 768, RFC 9293 §3.1).
  const summed = [...words, ...headers.addressWords(ip)];
  return [{ name: protocol, words: summed, isPositive: () => TRUE }];
}

/** What a device will add to it does not matter, as that is the same wherever the addresses are. */
function begunSum(ip: Ipv4, protocol: Protocol): Sum {
  const less = headers.transportChecksum(ip, protocol);
  return {
    name: `${protocol}, begun`,
    words: headers.addressWords(ip),
    less,
    isPositive: () => TRUE,
  };
}

function hasNoChecksum(path: Path, ip: Ipv4): boolean {
  const checksum = word16(ip.octets, headers.transportChecksum(ip, "Udp"));
  return headers.isKnown(path, eq(checksum, constant(0, 16)));
}

async function showUdp(
  path: Path,
  { ip, protocol, isBegun, embedded }: Headers,
  packet: Octets,
  prover: Prover,
): Promise<void> {
  for (const part of [...(isBegun ? [] : [{ ip, protocol }]), ...(embedded ? [embedded] : [])]) {
    if (part.protocol !== "Udp") continue;
    const at = headers.transportChecksum(part.ip, "Udp");
    const [before, after] = [isNotZero(word16(part.ip.octets, at)), isNotZero(word16(packet, at))];
    await prover.show(path, eq(before, after), "UDP: a checksum, if and only if there was one");
  }
}

function isNotZero(number: Term): Term {
  return no(eq(number, constant(0, number.width)));
}
