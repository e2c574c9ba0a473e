/** Times of a mapping (docs/behaviour.md §1 and §4). */
import { all, ite } from "../terms/logic.ts";
import type { Term } from "../terms/term.ts";
import { less, minus, plus } from "./language.ts";
import type { Protocol } from "./nat.ts";
import { isEstablished } from "./phase.ts";
import type { Entry, Session, State } from "./state.ts";

/** Ages are compared in ticks of so many milliseconds when mappings are reclaimed. */
const TICK = 1024;

/** RFC 4787 REQ-5, RFC 5508 REQ-2; for TCP by phase, RFC 5382 REQ-5. */
function lifetime({ settings }: State, protocol: Protocol, { phase }: Entry): Term {
  const { TcpEstablished, TcpTransitory, ...others } = settings.lifetime;
  if (protocol !== "Tcp") return others[protocol];
  return ite(isEstablished(phase), TcpEstablished, TcpTransitory);
}

function age({ now }: State, { last }: Entry): Term {
  return minus(now, last);
}

export function isLive(state: State, protocol: Protocol, entry: Entry): Term {
  return all(entry.exists, less(age(state, entry), lifetime(state, protocol, entry)));
}

/** Whether a session lets its remote in, as long as its mapping is live. */
export function counts(state: State, protocol: Protocol, entry: Entry, session: Session): Term {
  const idle = minus(state.now, session.stamp);
  return all(session.exists, less(idle, lifetime(state, protocol, entry)));
}

/** Whether a mapping is there, live or resting (RFC 6888 REQ-8): nobody else may have its port. */
export function holdsPort(state: State, protocol: Protocol, entry: Entry): Term {
  const rested = plus(lifetime(state, protocol, entry), state.settings.holdDown);
  return all(entry.exists, less(age(state, entry), rested));
}

/** Whether a mapping is there that holds its port, or did so less than a tick ago. */
export function mayHoldPort(state: State, protocol: Protocol, entry: Entry): Term {
  const rested = plus(lifetime(state, protocol, entry), state.settings.holdDown);
  return all(entry.exists, less(age(state, entry), plus(rested, TICK)));
}
