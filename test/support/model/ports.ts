/** Which external ports may be chosen for a new mapping (docs/behaviour.md §4). */
import type { Protocol } from "../../../assembly/abi.ts";
import type { Endpoint } from "../octets.ts";
import { IllegalChoice } from "./fate.ts";
import type { State } from "./tables.ts";

/** How far past its rest a port may be without having been reclaimed, in milliseconds. */
const TICK = 1024;

/** Throws `IllegalChoice` unless `port` may go to a new mapping of `internal`. */
export function checkPort(
  state: State,
  protocol: Protocol,
  internal: Endpoint,
  port: number,
): void {
  const { first, last } = state.settings.ports;
  const table = state.table(protocol);
  const former = table.byPort.get(port);
  const refuse = (reason: string): never => {
    throw new IllegalChoice(`External port ${port} for internal port ${internal.port} ${reason}.`);
  };
  if (port < first || port > last) refuse("is outside the range");
  if (former && state.isLive(former)) refuse("is in use");
  if (former && rests(state, protocol, port) && !isSame(former.internal, internal)) refuse("rests");
  const mayKeepIt = table.ofEndpoint(internal)?.externalPort === port;
  if (mayKeepIt || likeness(port, internal.port) === 0) return;

  const better = neverUsed(state, protocol).find(
    (other) => likeness(other, internal.port) < likeness(port, internal.port),
  );
  if (better !== undefined) refuse(`was preferred to ${better}, never used`);
}

/** Throws `IllegalChoice` unless there may be no port for a new mapping. */
export function checkNoPort(state: State, protocol: Protocol): void {
  for (const port of range(state)) {
    const former = state.table(protocol).byPort.get(port);
    const until = former && state.end(former) + state.settings.holdDown + TICK;
    if (until === undefined || state.now >= until) {
      throw new IllegalChoice(`There is a port: ${port}.`);
    }
  }
}

/** The ports that may go to a new mapping of `internal` by any reading: for a model without a core. */
export function legalPorts(state: State, protocol: Protocol, internal: Endpoint): number[] {
  return range(state).filter((port) => {
    try {
      checkPort(state, protocol, internal, port);
      return true;
    } catch {
      return false;
    }
  });
}

/** Whether the hold-down time of a port that is not in use has still to pass (RFC 6888 REQ-8). */
function rests(state: State, protocol: Protocol, port: number): boolean {
  const former = state.table(protocol).byPort.get(port);
  return former !== undefined && state.now < state.end(former) + state.settings.holdDown;
}

/** 0: same range and parity; 1: same range; 2: same parity; 3: neither (RFC 4787 REQ-3a, REQ-4). */
function likeness(external: number, internal: number): number {
  const sameRange = external < 1024 === internal < 1024;
  const sameParity = external % 2 === internal % 2;
  return (sameRange ? 0 : 2) + (sameParity ? 0 : 1);
}

function neverUsed(state: State, protocol: Protocol): number[] {
  return range(state).filter((port) => !state.table(protocol).byPort.has(port));
}

function range(state: State): number[] {
  const { first, last } = state.settings.ports;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function isSame(one: Endpoint, other: Endpoint): boolean {
  return one.address === other.address && one.port === other.port;
}
