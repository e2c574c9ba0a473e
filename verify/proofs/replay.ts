/**
 * The state layer of the specification, as a path through the packet layer has seen it: what it asks of the tables
 * is read off memory, and sending and receiving are answered by the calls that the path made,
 * which have to be the same, in the same order. What these do is shown apart (sender.ts, receiver.ts).
 */
import { must } from "../spec/language.ts";
import { Mappings } from "../spec/mappings.ts";
import type { Endpoint, Mapping, Nat, Protocol, Settings } from "../spec/nat.ts";
import type { Outcome } from "../spec/outcome.ts";
import type { Call, Path, State } from "../symbolic/path.ts";
import { extract } from "../terms/bits.ts";
import { eq } from "../terms/comparisons.ts";
import { all } from "../terms/logic.ts";
import { FALSE, type Term } from "../terms/term.ts";
import { nodeOf } from "./abstraction.ts";
import type { Receiving } from "./calls.ts";
import { NO_CHOICE, RECEIVER } from "./receiver.ts";
import { SENDER, type Sent } from "./sender.ts";
import { Diverged } from "./spec-run.ts";
import { SymbolicState } from "./spec-state.ts";

export class ReplayedNat implements Nat {
  readonly settings: Settings;
  readonly isReady: Term;
  private readonly calls: Call[];
  private mappings: Mappings;

  constructor(
    private readonly path: Path,
    start: State,
  ) {
    this.calls = path.calls.filter(({ name }) => name === SENDER || name === RECEIVER);
    this.mappings = this.at(start);
    this.settings = this.mappings.settings;
    this.isReady = this.mappings.isReady;
  }

  owner(protocol: Protocol, externalPort: Term): Mapping | undefined {
    return this.mappings.owner(protocol, externalPort);
  }

  mappingOf(protocol: Protocol, internal: Endpoint): Mapping | undefined {
    return this.mappings.mappingOf(protocol, internal);
  }

  admits(mapping: Mapping, remoteAddress: Term): boolean {
    return this.mappings.admits(mapping, remoteAddress);
  }

  send(protocol: Protocol, from: Endpoint, to: Endpoint, flags: Term): Mapping | Outcome {
    const { sending, result } = this.next(SENDER).meaning as Sent;
    if (sending.protocol !== protocol) must(FALSE, "the packet is sent by its protocol");
    must(all(isSame(sending.from, from), isSame(sending.to, to)), "the packet's endpoints send");
    must(eq(sending.flags, flags), "the packet's flags are sent");
    if (typeof result === "string") return result;
    return { protocol, externalPort: extract(result, 15, 0), internal: from };
  }

  receive(mapping: Mapping, from: Endpoint, flags: Term): void {
    const receiving = this.next(RECEIVER).meaning as Receiving;
    const { protocol } = receiving;
    if (protocol !== mapping.protocol) must(FALSE, "the packet is received by its protocol");
    must(eq(receiving.node, nodeOf(protocol, mapping.externalPort)), "the mapping receives");
    must(eq(receiving.from.address, from.address), "from the packet's source");
    must(eq(receiving.flags, flags), "the packet's flags are received");
    // Ports tell connections of TCP apart, and mean nothing to other mappings.
    if (protocol === "Tcp") must(eq(receiving.from.port, from.port), "from the packet's port");
  }

  /** Whether every call of the path has been asked for. */
  get isDone(): boolean {
    return this.calls.length === 0;
  }

  private next(name: string): Call {
    const call = this.calls.shift();
    if (call?.name !== name) throw new Diverged(`the code calls ${name} where it should`);
    this.mappings = this.at(call.after);
    return call;
  }

  private at(state: State): Mappings {
    return new Mappings(new SymbolicState(state, this.path.facts, NO_CHOICE, state));
  }
}

function isSame(a: Endpoint, b: Endpoint): Term {
  return all(eq(a.address, b.address), eq(a.port, b.port));
}
