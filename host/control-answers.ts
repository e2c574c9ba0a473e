/** What a running instance says to the requests of its control socket. */
import { Protocol } from "../assembly/abi.ts";
import type { Clock } from "./clock.ts";
import type { Configuration } from "./config.ts";
import type { Answer } from "./control.ts";
import type { Counters, Items, Request, Status } from "./control-protocol.ts";
import type { Forwarder } from "./forward.ts";
import type { Nat } from "./nat.ts";
import { networkText, portsText } from "./settings.ts";
import type { Mapping, Neighbour } from "./tables.ts";
import { version } from "./version.ts";

const PROTOCOL = { udp: Protocol.Udp, icmp: Protocol.Icmp, tcp: Protocol.Tcp };

/** The parts of an instance that are asked about. */
export interface Subject {
  nat: Nat;
  clock: Clock;
  forwarder: Forwarder;
  configuration: Configuration;
  /** SHA-256 of the core, in hexadecimal. */
  core: string;
}

/** Answers `request`. Throws an `Error` with a sentence when it is refused. */
export function answer(subject: Subject, request: Request): Answer {
  const { nat, clock } = subject;
  if (request.request === "advance") advance(subject, request.milliseconds);
  // No packet need have come for a while: let the core know how late it is.
  nat.process(0, clock.now());
  const all = "all" in request && request.all === true;
  const limit = ("limit" in request ? request.limit : undefined) ?? Infinity;
  switch (request.request) {
    case "status":
      return { reply: status(subject) };
    case "counters":
      return { reply: [counters(subject)] };
    case "mappings":
      return { items: mappings(nat, all), limit };
    case "sessions":
      return { items: sessions(nat, all), limit };
    case "neighbours":
      return { items: neighbours(nat, all), limit };
    case "advance":
      return { reply: [{ clock: nat.clock }] };
  }
}

function advance({ clock, configuration }: Subject, milliseconds: number): void {
  if (!configuration.testClock) {
    throw new Error("advance: this instance keeps real time. Start it with --test-clock.");
  }
  if (!clock.advance(milliseconds)) {
    throw new Error(`advance: ${milliseconds} ms is too far. Advance by less.`);
  }
}

function* status(subject: Subject): Generator<Status | undefined> {
  const { nat, clock, configuration, core } = subject;
  const { settings, internal, external, testClock } = configuration;
  const live = { udp: 0, icmp: 0, tcp: 0 };
  for (const mapping of nat.tables.mappings()) {
    if (mapping?.live) live[mapping.protocol] += 1;
    yield undefined;
  }
  yield {
    version: version(),
    pid: process.pid,
    core,
    internal: internal.name,
    external: external.name,
    externalAddress: settings.externalAddress,
    internalNetwork: networkText(settings),
    ports: portsText(settings),
    router: nat.settings.router,
    uptime: clock.uptime(),
    testClock,
    mappings: live,
  };
}

export function counters({ nat, forwarder }: Subject): Counters {
  const [internal, external] = forwarder.traffic;
  return { outcomes: nat.counters(), internal, external };
}

function* mappings(nat: Nat, all: boolean): Generator<Mapping | undefined> {
  for (const mapping of nat.tables.mappings()) yield all || mapping?.live ? mapping : undefined;
}

function* neighbours(nat: Nat, all: boolean): Generator<Neighbour | undefined> {
  for (const found of nat.tables.neighbours()) yield all || found?.live ? found : undefined;
}

/** A session is admitted for as long as its mapping would be, and only with it. */
function* sessions(nat: Nat, all: boolean): Generator<Items["sessions"] | undefined> {
  const lifetimes = new Map<string, number>();
  for (const mapping of nat.tables.mappings()) {
    if (mapping?.live) {
      const { protocol, phase, externalPort } = mapping;
      const lifetime = nat.settings.lifetimeOf(PROTOCOL[protocol], phase);
      lifetimes.set(`${protocol} ${externalPort}`, lifetime);
    }
    yield undefined;
  }
  for (const session of nat.tables.sessions()) {
    if (session === undefined) {
      yield undefined;
      continue;
    }
    const lifetime = lifetimes.get(`${session.protocol} ${session.externalPort}`) ?? 0;
    const live = session.idle < lifetime;
    yield all || live ? { ...session, live } : undefined;
  }
}
