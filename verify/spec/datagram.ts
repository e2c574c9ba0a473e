/**
 * Views of a packet. Numbers on the wire are big-endian; places in it are 32-bit terms, octets
 * counted from its first.
 */
import { concat, extract, zeroExtend } from "../terms/bits.ts";
import { constant, type Term } from "../terms/term.ts";
import { is, plus } from "./language.ts";
import type { Endpoint, Protocol } from "./nat.ts";

/** The octets of one packet; whoever runs the specification supplies them. */
export interface Octets {
  octet(at: Term): Term;
  setOctet(at: Term, value: Term): void;
  /**
   * Whether the one's-complement sum (RFC 1071) of `length` octets as 16-bit words, an odd last one
   * padded with a zero octet, is 0xffff. Asked only before anything is written.
   */
  sumsToOnes(from: Term, length: Term): Term;
  /** That sum, 16 bits: 0 only if all of them are 0. Asked only before anything is written. */
  sum(from: Term, length: Term): Term;
}

export function word16(octets: Octets, at: Term): Term {
  return concat(octets.octet(at), octets.octet(plus(at, 1)));
}

export function word32(octets: Octets, at: Term): Term {
  return concat(word16(octets, at), word16(octets, plus(at, 2)));
}

export function word48(octets: Octets, at: Term): Term {
  return concat(word32(octets, at), word16(octets, plus(at, 4)));
}

/** Writes a number of whole octets. */
export function writeNumber(octets: Octets, at: Term, value: Term): void {
  for (let i = 0; i < value.width / 8; i++) {
    const low = value.width - 8 * (i + 1);
    octets.setOctet(plus(at, i), extract(value, low + 7, low));
  }
}

/** A number of 32-bit words as a number of octets. */
export function inOctets(words: Term): Term {
  return zeroExtend(concat(words, constant(0, 2)), 32);
}

/** A datagram that begins at `at`: the packet itself, or the one an ICMP error quotes (RFC 791 §3.1). */
export class Ipv4 {
  readonly octets: Octets;
  readonly at: Term;

  constructor(octets: Octets, at: Term) {
    this.octets = octets;
    this.at = at;
  }

  get version(): Term {
    return extract(this.octets.octet(this.at), 7, 4);
  }

  /** The header's length in 32-bit words. */
  get ihl(): Term {
    return extract(this.octets.octet(this.at), 3, 0);
  }

  /** In octets. */
  get headerLength(): Term {
    return inOctets(this.ihl);
  }

  /** The type of service (RFC 791), or DSCP and ECN. */
  get service(): Term {
    return this.octets.octet(plus(this.at, 1));
  }

  get totalLength(): Term {
    return zeroExtend(word16(this.octets, plus(this.at, 2)), 32);
  }

  get mayNotBeFragmented(): Term {
    return extract(this.octets.octet(plus(this.at, 6)), 6, 6);
  }

  get timeToLive(): Term {
    return this.octets.octet(plus(this.at, 8));
  }

  get hasMoreFragments(): Term {
    return extract(this.octets.octet(plus(this.at, 6)), 5, 5);
  }

  get fragmentOffset(): Term {
    return extract(word16(this.octets, plus(this.at, 6)), 12, 0);
  }

  /** UDP, TCP or ICMP, if it is one of them. */
  get protocol(): Protocol | undefined {
    const number = this.octets.octet(plus(this.at, 9));
    if (is(number, 17)) return "Udp";
    if (is(number, 6)) return "Tcp";
    return is(number, 1) ? "Icmp" : undefined;
  }

  get source(): Term {
    return word32(this.octets, plus(this.at, 12));
  }

  get destination(): Term {
    return word32(this.octets, plus(this.at, 16));
  }

  /** Where the transport header begins. */
  get transport(): Term {
    return plus(this.at, this.headerLength);
  }

  /** Octet `offset` of the transport header. */
  transportOctet(offset: number): Term {
    return this.octets.octet(plus(this.transport, offset));
  }

  sourceEndpoint(protocol: Protocol): Endpoint {
    return { address: this.source, port: word16(this.octets, this.sourcePortAt(protocol)) };
  }

  destinationEndpoint(protocol: Protocol): Endpoint {
    const port = word16(this.octets, this.destinationPortAt(protocol));
    return { address: this.destination, port };
  }

  /** RFC 768, RFC 9293 §3.1; the identifier of an ICMP query (RFC 792) serves both ends. */
  sourcePortAt(protocol: Protocol): Term {
    return plus(this.transport, protocol === "Icmp" ? 4 : 0);
  }

  destinationPortAt(protocol: Protocol): Term {
    return plus(this.transport, protocol === "Icmp" ? 4 : 2);
  }
}
