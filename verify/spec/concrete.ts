/**
 * The specification run on packets: every term is a constant, every claim TRUE or FALSE. The state is
 * kept in Maps. What the NAT was free to choose has to be told.
 */
import { truth } from "../terms/logic.ts";
import { FALSE, TRUE, constant, isConstant, type Term } from "../terms/term.ts";
import type { Octets } from "./datagram.ts";
import type { Decider } from "./language.ts";
import type { Endpoint, Protocol, Settings } from "./nat.ts";
import type { LinkState, Neighbour } from "./neighbours.ts";
import type { Side } from "./outcome.ts";
import type { Choice, Entry, Session, State } from "./state.ts";

/** The NAT under test took a liberty that the specification does not give it. */
export class BrokenObligation extends Error {
  constructor(why: string) {
    super(`obligation: ${why}`);
    this.name = "BrokenObligation";
  }
}

/** Decides nothing, as nothing is left to decide; `ports` are those that `everyPort` looks at. */
export function concreteDecider(ports: () => Iterable<number>): Decider {
  const holds = (claim: Term, why: string): void => {
    if (claim === FALSE) throw new BrokenObligation(why);
    if (claim !== TRUE) throw undecided(claim);
  };
  return {
    decide(claim) {
      throw undecided(claim);
    },
    require: holds,
    requireEveryPort(claim, why) {
      for (const port of ports()) holds(claim(constant(port, 16)), `${why} (port ${port})`);
    },
  };
}

function undecided(claim: Term): Error {
  return new Error(`A claim about constants is not decided: ${claim.op}`);
}

export function valueOf(term: Term): number {
  if (!isConstant(term)) throw new Error(`Not a constant: ${term.op}`);
  return Number(term.value);
}

const OCTETS = Array.from({ length: 256 }, (_, value) => constant(value, 8));

/** The octets of a packet as they are; those it does not have may not be read. */
export class ConcreteOctets implements Octets {
  readonly octets: Uint8Array;
  #isWritten = false;

  constructor(octets: Uint8Array) {
    this.octets = octets;
  }

  octet(at: Term): Term {
    return OCTETS[this.octets[this.#inside(valueOf(at), 1)]!]!;
  }

  setOctet(at: Term, value: Term): void {
    this.#isWritten = true;
    this.octets[this.#inside(valueOf(at), 1)] = valueOf(value);
  }

  sumsToOnes(from: Term, length: Term): Term {
    return truth(valueOf(this.sum(from, length)) === 0xffff);
  }

  sum(from: Term, length: Term): Term {
    if (this.#isWritten) throw new Error("A sum is asked for after the packet has been written.");
    const count = valueOf(length);
    const start = this.#inside(valueOf(from), count);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += this.octets[start + i]! << (i % 2 === 0 ? 8 : 0);
    // A sum of words with end-around carry is 0xffff when it is a multiple of that, and not 0.
    return constant(sum > 0 && sum % 0xffff === 0 ? 0xffff : sum % 0xffff, 16);
  }

  #inside(at: number, count: number): number {
    if (at + count > this.octets.length) throw new RangeError(`Octet ${at} is not there.`);
    return at;
  }
}

/** What a router knows of its links. */
export class ConcreteLinks implements LinkState {
  now = constant(0, 64);
  quiet = constant(0, 64);
  readonly neighbours = new Map<string, Neighbour>();

  neighbourIn(side: Side, place: Term): Neighbour {
    return this.neighbours.get(`${side} ${valueOf(place)}`) ?? NO_NEIGHBOUR;
  }

  setNeighbour(side: Side, place: Term, neighbour: Neighbour): void {
    this.neighbours.set(`${side} ${valueOf(place)}`, neighbour);
  }
}

const NO_NEIGHBOUR: Neighbour = {
  address: constant(0, 32),
  station: constant(0, 48),
  heard: constant(0, 32),
};

const NOBODY: Entry = {
  exists: FALSE,
  internal: { address: constant(0, 32), port: constant(0, 16) },
  last: constant(0, 64),
  remote: { address: constant(0, 32), port: constant(0, 16) },
  phase: constant(0, 16),
};

const NO_SESSION: Session = { exists: FALSE, stamp: constant(0, 64) };

type Sessions = Map<Term, Term>;

/** Everything that is known of one protocol. Constants are keys: equal ones are one object. */
interface Table {
  entries: Map<Term, Entry>;
  ports: Map<string, Term>;
  sessions: Map<Term, Sessions>;
}

export class ConcreteState implements State {
  now = constant(0, 64);
  isReady = TRUE;
  readonly settings: Settings;
  readonly tables: Record<Protocol, Table>;

  /** Set by the caller before each packet; nothing is chosen by itself. */
  choice: Choice = {
    port: () => unchosen(),
    hasRoomForMapping: () => unchosen(),
    hasRoomForSession: () => unchosen(),
  };
  isFree: State["isFree"] = () => unchosen();

  constructor(settings: Settings) {
    this.settings = settings;
    this.tables = { Udp: emptyTable(), Icmp: emptyTable(), Tcp: emptyTable() };
  }

  portOf(protocol: Protocol, internal: Endpoint): Term {
    return this.tables[protocol].ports.get(keyOf(internal)) ?? NOBODY.internal.port;
  }

  record(protocol: Protocol, externalPort: Term): Entry {
    return this.tables[protocol].entries.get(externalPort) ?? NOBODY;
  }

  setRecord(protocol: Protocol, externalPort: Term, entry: Entry): void {
    this.tables[protocol].entries.set(externalPort, entry);
    this.tables[protocol].ports.set(keyOf(entry.internal), externalPort);
  }

  forget(protocol: Protocol, externalPort: Term): void {
    const { entries, ports } = this.tables[protocol];
    const entry = entries.get(externalPort);
    entries.delete(externalPort);
    if (entry) ports.delete(keyOf(entry.internal));
  }

  session(protocol: Protocol, externalPort: Term, remoteAddress: Term): Session {
    const stamp = this.tables[protocol].sessions.get(externalPort)?.get(remoteAddress);
    return stamp ? { exists: TRUE, stamp } : NO_SESSION;
  }

  setSession(protocol: Protocol, externalPort: Term, remoteAddress: Term, stamp: Term): void {
    const { sessions } = this.tables[protocol];
    const ofPort = sessions.get(externalPort) ?? new Map<Term, Term>();
    sessions.set(externalPort, ofPort.set(remoteAddress, stamp));
  }

  forgetSessions(protocol: Protocol, externalPort: Term): void {
    this.tables[protocol].sessions.delete(externalPort);
  }
}

function emptyTable(): Table {
  return { entries: new Map(), ports: new Map(), sessions: new Map() };
}

function keyOf({ address, port }: Endpoint): string {
  return `${address.id} ${port.id}`;
}

function unchosen(): never {
  throw new Error("Here is a choice that nobody has made.");
}
