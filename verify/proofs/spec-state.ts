/** The specification's state over unknown memory: what it says of it at first, and what it changes. */
import { scalar } from "../contracts/words.ts";
import type { Endpoint, Protocol, Settings } from "../spec/nat.ts";
import type { Choice, Entry, Session, State as SpecState } from "../spec/state.ts";
import type { Facts } from "../symbolic/facts.ts";
import type { State } from "../symbolic/path.ts";
import { sameIndex } from "../symbolic/table.ts";
import { eq } from "../terms/comparisons.ts";
import { all, ite, no } from "../terms/logic.ts";
import { FALSE, TRUE, type Term } from "../terms/term.ts";
import * as memory from "./abstraction.ts";

export class SymbolicState implements SpecState {
  readonly now: Term;
  readonly settings: Settings;
  readonly isReady: Term;
  private readonly records: { node: Term; entry: Entry }[] = [];
  private readonly stamps: { node: Term; address?: Term; session: Session }[] = [];

  constructor(
    private readonly before: State,
    private readonly facts: Facts,
    readonly choice: Choice,
    private readonly reclaimed: State,
  ) {
    this.now = scalar(before, "clock");
    this.settings = memory.settingsOf(before);
    this.isReady = memory.isReady(before);
  }

  portOf(protocol: Protocol, internal: Endpoint): Term {
    if (this.records.length > 0) throw new Error("portOf is asked before anything changes");
    return this.before.table("entries").read(memory.keyOf(protocol, internal), this.facts);
  }

  record(protocol: Protocol, externalPort: Term): Entry {
    return this.entryAt(memory.nodeOf(protocol, externalPort));
  }

  /** The record of any mapping, by its number. */
  entryAt(node: Term): Entry {
    let entry = memory.entryOf(this.before, node);
    for (const { node: changed, entry: later } of this.records) {
      entry = choose(this.isSame(node, changed), later, entry);
    }
    return entry;
  }

  setRecord(protocol: Protocol, externalPort: Term, entry: Entry): void {
    this.records.push({ node: memory.nodeOf(protocol, externalPort), entry });
  }

  forget(protocol: Protocol, externalPort: Term): void {
    this.setRecord(protocol, externalPort, {
      ...this.record(protocol, externalPort),
      exists: FALSE,
    });
  }

  session(protocol: Protocol, externalPort: Term, remoteAddress: Term): Session {
    return this.sessionAt(memory.nodeOf(protocol, externalPort), remoteAddress);
  }

  sessionAt(node: Term, remoteAddress: Term): Session {
    let session = memory.sessionOf(this.before, node, remoteAddress);
    for (const { node: changed, address, session: later } of this.stamps) {
      const isHere = all(
        this.isSame(node, changed),
        address ? this.isSame(remoteAddress, address) : TRUE,
      );
      session = {
        exists: ite(isHere, later.exists, session.exists),
        stamp: ite(isHere, later.stamp, session.stamp),
      };
    }
    return session;
  }

  setSession(protocol: Protocol, externalPort: Term, address: Term, stamp: Term): void {
    const node = memory.nodeOf(protocol, externalPort);
    this.stamps.push({ node, address, session: { exists: TRUE, stamp } });
  }

  forgetSessions(protocol: Protocol, externalPort: Term): void {
    const node = memory.nodeOf(protocol, externalPort);
    this.stamps.push({ node, session: { exists: FALSE, stamp: this.now } });
  }

  isFree(protocol: Protocol, externalPort: Term): Term {
    return no(memory.entryOf(this.reclaimed, memory.nodeOf(protocol, externalPort)).exists);
  }

  private isSame(a: Term, b: Term): Term {
    const isSame = sameIndex(a, b, this.facts);
    if (isSame === undefined) return eq(a, b);
    return isSame ? TRUE : FALSE;
  }
}

function choose(condition: Term, yes: Entry, otherwise: Entry): Entry {
  const endpoint = (a: Endpoint, b: Endpoint): Endpoint => ({
    address: ite(condition, a.address, b.address),
    port: ite(condition, a.port, b.port),
  });
  return {
    exists: ite(condition, yes.exists, otherwise.exists),
    internal: endpoint(yes.internal, otherwise.internal),
    last: ite(condition, yes.last, otherwise.last),
    remote: endpoint(yes.remote, otherwise.remote),
    phase: ite(condition, yes.phase, otherwise.phase),
  };
}
