/** Mappings and their sessions: what packets find, make and change (docs/behaviour.md §3, §5, §6). */
import { eq } from "../terms/comparisons.ts";
import { all, any, ite, no } from "../terms/logic.ts";
import { TRUE, constant, type Term } from "../terms/term.ts";
import { equal, is, must, when } from "./language.ts";
import { counts, isLive } from "./lifetime.ts";
import type { Endpoint, Mapping, Nat, Protocol, Settings } from "./nat.ts";
import type { Outcome } from "./outcome.ts";
import { afterInbound, afterOutbound, isEstablished, isReset, opens } from "./phase.ts";
import { choosePort } from "./ports.ts";
import type { State } from "./state.ts";

const EMPTY = constant(0, 16);

export class Mappings implements Nat {
  readonly settings: Settings;
  readonly isReady: Term;
  readonly #state: State;

  constructor(state: State) {
    this.settings = state.settings;
    this.isReady = state.isReady;
    this.#state = state;
  }

  owner(protocol: Protocol, externalPort: Term): Mapping | undefined {
    const entry = this.#state.record(protocol, externalPort);
    if (!when(isLive(this.#state, protocol, entry))) return undefined;
    return { protocol, externalPort, internal: entry.internal };
  }

  // Endpoint-independent mapping: whoever it sends to, an endpoint has one mapping (RFC 4787 REQ-1).
  mappingOf(protocol: Protocol, internal: Endpoint): Mapping | undefined {
    const externalPort = this.#state.portOf(protocol, internal);
    return is(externalPort, 0) ? undefined : this.owner(protocol, externalPort);
  }

  // Address-dependent filtering (RFC 4787 REQ-8b).
  admits({ protocol, externalPort }: Mapping, remoteAddress: Term): boolean {
    const entry = this.#state.record(protocol, externalPort);
    if (is(entry.remote.address, remoteAddress)) return true;
    const session = this.#state.session(protocol, externalPort, remoteAddress);
    return when(counts(this.#state, protocol, entry, session));
  }

  send(protocol: Protocol, from: Endpoint, to: Endpoint, flags: Term): Mapping | Outcome {
    const mapping = this.mappingOf(protocol, from) ?? this.#open(protocol, from, to, flags);
    if (typeof mapping === "string") return mapping;
    const { externalPort } = mapping;
    const entry = this.#state.record(protocol, externalPort);
    const isToRemote = isSame(protocol, entry.remote, to);
    // RFC 9293 §3.5.3: an RST ends one connection. To another endpoint it opens nothing.
    if (when(all(isReset(flags), no(isToRemote)))) return mapping;

    if (!is(entry.remote.address, to.address)) {
      const former = entry.remote.address;
      const session = this.#state.session(protocol, externalPort, former);
      const hasRoom = this.#state.choice.hasRoomForSession(protocol, externalPort, former);
      must(
        any(hasRoom, no(counts(this.#state, protocol, entry, session))),
        "a session that counts is overwritten",
      );
      if (!when(hasRoom)) return "SessionTableFull";
      this.#state.setSession(protocol, externalPort, former, entry.last);
    }
    const phase = protocol === "Tcp" ? afterOutbound(entry.phase, flags, isToRemote) : entry.phase;
    // RFC 4787 REQ-6, outbound refresh. An RST must not keep a mapping alive (RFC 7857 §7.1).
    const isIdle = all(isReset(flags), no(changesClass(entry.phase, phase)));
    const last = ite(isIdle, entry.last, this.#state.now);
    this.#state.setRecord(protocol, externalPort, { ...entry, remote: to, phase, last });
    return mapping;
  }

  receive({ protocol, externalPort }: Mapping, from: Endpoint, flags: Term): void {
    const entry = this.#state.record(protocol, externalPort);
    const isFromRemote = isSame(protocol, entry.remote, from);
    const phase = protocol === "Tcp" ? afterInbound(entry.phase, flags, isFromRemote) : entry.phase;
    // RFC 4787 REQ-6: inbound refresh is optional, lest strangers keep mappings alive.
    const mayRefresh = all(this.settings.inboundRefreshes, no(isReset(flags)));
    const refreshes = any(changesClass(entry.phase, phase), mayRefresh);
    const last = ite(refreshes, this.#state.now, entry.last);
    this.#state.setRecord(protocol, externalPort, { ...entry, phase, last });
  }

  /** A mapping as it is before its first packet has passed. */
  #open(protocol: Protocol, from: Endpoint, to: Endpoint, flags: Term): Mapping | Outcome {
    if (protocol === "Tcp" && !when(opens(flags))) return "NotSyn";
    const state = this.#state;
    const former = state.portOf(protocol, from);
    // The port that it had rests for it (RFC 6888 REQ-8), or has not gone to another since.
    const port = is(former, 0) ? choosePort(state, protocol, from) : former;
    if (typeof port === "string") return port;
    state.forgetSessions(protocol, port);
    const entry = { exists: TRUE, internal: from, last: state.now, remote: to, phase: EMPTY };
    state.setRecord(protocol, port, entry);
    return { protocol, externalPort: port, internal: from };
  }
}

/** Whether two remote endpoints are the same to a mapping: ports tell connections of TCP apart. */
function isSame(protocol: Protocol, a: Endpoint, b: Endpoint): Term {
  const isSameAddress = equal(a.address, b.address);
  return protocol === "Tcp" ? all(isSameAddress, equal(a.port, b.port)) : isSameAddress;
}

function changesClass(before: Term, after: Term): Term {
  return no(eq(isEstablished(before), isEstablished(after)));
}
