/**
 * The external port of a new mapping (docs/behaviour.md §4). The NAT draws it at random (RFC 6056
 * §3.3.1): here stands only what it may not do.
 */
import { bitwise, concat, extract } from "../terms/bits.ts";
import { eq } from "../terms/comparisons.ts";
import { all, implies, no, number } from "../terms/logic.ts";
import type { Term } from "../terms/term.ts";
import { atLeast, everyPort, is, less, must, when } from "./language.ts";
import { holdsPort, mayHoldPort } from "./lifetime.ts";
import type { Endpoint, Protocol, Settings } from "./nat.ts";
import type { Outcome } from "./outcome.ts";
import type { State } from "./state.ts";

/**
 * A port for an internal endpoint that has had none, or whose last one has been forgotten. Another
 * mapping that had it has rested, and is forgotten.
 */
export function choosePort(state: State, protocol: Protocol, internal: Endpoint): Term | Outcome {
  const { settings, choice } = state;
  const isFree = (port: Term) => state.isFree(protocol, port);
  const isHeld = (port: Term) => holdsPort(state, protocol, state.record(protocol, port));
  const mayBeHeld = (port: Term) => mayHoldPort(state, protocol, state.record(protocol, port));

  everyPort((q) => implies(isFree(q), no(isHeld(q))), "a mapping that holds a port stays");
  if (!when(choice.hasRoomForMapping(protocol, internal))) return "EndpointTableFull";
  const port = choice.port(protocol, internal);
  if (is(port, 0)) {
    everyPort(
      (q) => implies(isInRange(settings, q), all(no(isFree(q)), mayBeHeld(q))),
      "NoPort means that every port is in use or rests",
    );
    return "NoPort";
  }
  must(isInRange(settings, port), "an external port is one of the range");
  must(all(isFree(port), no(isHeld(port))), "an external port is nobody else's");
  // RFC 4787 REQ-3a: the same range; REQ-4: the same parity.
  const rank = (q: Term) => rankFor(internal.port, q);
  everyPort(
    (q) => implies(all(isInRange(settings, q), isFree(q)), atLeast(rank(q), rank(port))),
    "no port of a better kind is left",
  );
  state.forget(protocol, port);
  return port;
}

function isInRange({ firstPort, lastPort }: Settings, port: Term): Term {
  return all(atLeast(port, firstPort), atLeast(lastPort, port));
}

/** 0 to 3: same range and parity as the internal port; same range; same parity; neither. */
function rankFor(internalPort: Term, port: Term): Term {
  const isOfRange = eq(isWellKnown(port), isWellKnown(internalPort));
  const parity = bitwise("xor", extract(port, 0, 0), extract(internalPort, 0, 0));
  return concat(number(no(isOfRange), 1), parity);
}

/** 0 to 1023. */
function isWellKnown(port: Term): Term {
  return less(port, 1024);
}
