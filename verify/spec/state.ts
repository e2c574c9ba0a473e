/**
 * The state of the NAT (docs/behaviour.md §1) as finite maps, and the choices that it is free to make.
 * Whoever runs the specification supplies both: symbolic tables in the proof, Maps in concrete.ts.
 *
 * Between packets a mapping that has rested may be forgotten, and a session that cannot count any
 * more: so whoever expects a resting endpoint's own port finds it only where nobody has.
 */
import type { Term } from "../terms/term.ts";
import type { Endpoint, Protocol, Settings } from "./nat.ts";

/** A mapping as it is kept, live or not. The rest means nothing where `exists` is FALSE. */
export interface Entry {
  exists: Term;
  internal: Endpoint;
  /** When it was last refreshed: not later than `now`. */
  last: Term;
  /** The endpoint most recently sent to; its port counts for TCP only. */
  remote: Endpoint;
  /** Of TCP only: 16 bits. */
  phase: Term;
}

export interface State {
  now: Term;
  settings: Settings;
  isReady: Term;
  /** The external port that an internal endpoint has, live or not; 0 if none. */
  portOf(protocol: Protocol, internal: Endpoint): Term;
  record(protocol: Protocol, externalPort: Term): Entry;
  /** Also makes `externalPort` the port of the entry's internal endpoint. */
  setRecord(protocol: Protocol, externalPort: Term, entry: Entry): void;
  forget(protocol: Protocol, externalPort: Term): void;
  /** When a session with a former remote was last refreshed. */
  session(protocol: Protocol, externalPort: Term, remoteAddress: Term): Session;
  setSession(protocol: Protocol, externalPort: Term, remoteAddress: Term, stamp: Term): void;
  forgetSessions(protocol: Protocol, externalPort: Term): void;
  /** Whether no mapping has a port once this packet has reclaimed what it reclaims. */
  isFree(protocol: Protocol, externalPort: Term): Term;
  choice: Choice;
}

export interface Session {
  exists: Term;
  stamp: Term;
}

/** What is left to the NAT. ports.ts says within which limits. */
export interface Choice {
  /** The external port of a new mapping; 0 when it is refused for want of one. */
  port(protocol: Protocol, internal: Endpoint): Term;
  hasRoomForMapping(protocol: Protocol, internal: Endpoint): Term;
  hasRoomForSession(protocol: Protocol, externalPort: Term, remoteAddress: Term): Term;
}
