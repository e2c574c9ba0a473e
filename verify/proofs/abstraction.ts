/**
 * What memory means: the state of the specification that the tables stand for. This is the one place
 * where wire order, slots and ghosts meet addresses, ports and finite maps; links.ts has the neighbours.
 */
import * as nat from "../contracts/nat.ts";
import { WORD } from "../contracts/settings.ts";
import * as sessions from "../contracts/session-table.ts";
import { isZero, scalar, setting, to64, u32, u64 } from "../contracts/words.ts";
import type { Endpoint, Link, Protocol, Settings } from "../spec/nat.ts";
import type { Entry, Session } from "../spec/state.ts";
import type { Law, State } from "../symbolic/path.ts";
import { subtract } from "../terms/arithmetic.ts";
import { concat, extract, zeroExtend } from "../terms/bits.ts";
import { ule } from "../terms/comparisons.ts";
import { all, implies, no } from "../terms/logic.ts";
import { constant, type Term } from "../terms/term.ts";

export const PROTOCOLS: Protocol[] = ["Udp", "Icmp", "Tcp"];

/** A protocol's number, 2 bits. */
export function numberOf(protocol: Protocol): Term {
  return constant(PROTOCOLS.indexOf(protocol), 2);
}

/** A word as it lies in memory, from one of the wire, or the other way about. */
export function swap(word: Term): Term {
  const octets = [];
  for (let low = 0; low < word.width; low += 8) octets.push(extract(word, low + 7, low));
  return concat(...octets);
}

export function nodeOf(protocol: Protocol, port: Term): Term {
  return nat.nodeOf(numberOf(protocol), port);
}

/** The key of an internal endpoint in the endpoint tables, table included. */
export function keyOf(protocol: Protocol, { address, port }: Endpoint): Term {
  return concat(zeroExtend(numberOf(protocol), 16), swap(address), swap(port));
}

export function endpointOf(key: Term): Endpoint {
  return { address: swap(extract(key, 47, 16)), port: swap(extract(key, 15, 0)) };
}

export function entryOf(state: State, node: Term): Entry {
  const remote = {
    address: swap(state.table("remoteAddress").read(node)),
    port: swap(state.table("remotePort").read(node)),
  };
  return {
    exists: nat.exists(state, node),
    internal: endpointOf(nat.keyOf(state, node)),
    last: nat.last(state, node),
    remote,
    phase: state.table("phase").read(node),
  };
}

export function sessionKeyOf(node: Term, remoteAddress: Term): Term {
  return concat(node, swap(remoteAddress));
}

/** Sessions older than the mapping are those of an earlier owner of its port. */
export function sessionOf(state: State, node: Term, remoteAddress: Term): Session {
  const held = sessions.stampOf(state, sessionKeyOf(node, remoteAddress));
  const stamp = subtract(held, u64(1));
  const isOfMapping = ule(state.table("created").read(node), nat.tickOf(stamp));
  return { exists: all(no(isZero(held)), isOfMapping), stamp };
}

export function settingsOf(state: State): Settings {
  const word = (index: number) => setting(state, index);
  const lifetime = (ring: number) => to64(state.table("ages").read(u32(ring)));
  return {
    externalAddress: swap(word(WORD.externalAddress)),
    network: swap(word(WORD.network)),
    mask: swap(word(WORD.mask)),
    firstPort: extract(word(WORD.firstPort), 15, 0),
    lastPort: extract(word(WORD.lastPort), 15, 0),
    lifetime: {
      Udp: lifetime(0),
      Icmp: lifetime(1),
      TcpTransitory: lifetime(2),
      TcpEstablished: lifetime(3),
    },
    holdDown: to64(word(WORD.holdDown)),
    hasVirtioHeader: no(isZero(word(WORD.virtioHeader))),
    inboundRefreshes: no(isZero(word(WORD.inboundRefresh))),
    isRouter: no(isZero(word(WORD.frames))),
    internalAddress: swap(word(WORD.internalAddress)),
    externalMask: swap(word(WORD.externalMask)),
    gateway: swap(word(WORD.gateway)),
    links: {
      internal: linkOf(word, WORD.internalStation, WORD.internalMtu),
      external: linkOf(word, WORD.externalStation, WORD.externalMtu),
    },
  };
}

function linkOf(word: (index: number) => Term, station: number, mtu: number): Link {
  return { station: stationOf(word(station), word(station + 1)), mtu: word(mtu) };
}

/** An Ethernet address, its first four octets and its last two as they lie. */
export function stationOf(first: Term, last: Term): Term {
  return concat(swap(first), swap(extract(last, 15, 0)));
}

/** The laws of the tables, which hold once the NAT is configured. */
export function guarded(state: State): Law[] {
  return nat.invariant(state).map((law) => ({
    ...law,
    says: (...values) => implies(isReady(state), law.says(...values)),
  }));
}

export function isReady(state: State): Term {
  return no(isZero(scalar(state, "ready")));
}
