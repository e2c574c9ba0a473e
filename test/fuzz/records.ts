/**
 * The core's tables beside the model's. `recordProblem` looks up the model's live mappings one by
 * one, which is cheap; `stateProblem` scans the whole tables by way of the host.
 */
import { RecordOffset, Side } from "../../assembly/abi.ts";
import { coreBytes, type Mapping as Held, type Nat, type Session } from "../../host/nat.ts";
import type { Neighbour, Neighbours } from "../support/model/neighbours.ts";
import type { Mapping, State } from "../support/model/tables.ts";
import {
  formatAddress,
  formatEndpoint,
  formatStation,
  parseAddress,
  read16,
  read32,
} from "../support/octets.ts";

const PROTOCOLS = ["udp", "icmp", "tcp"] as const;
const { RECORDS, ENDPOINTS, NEIGHBOURS } = regions();

/** What stands in the core's memory where nobody is kept. */
const NOBODY: Neighbour = { address: 0, station: new Uint8Array(6), tick: 0 };

/** Neighbours that each side has room for. */
const ROOM_FOR = 4096;

/** What a live mapping of the model has in the core that it should not, or undefined. */
export function recordProblem(nat: Nat, state: State): string | undefined {
  const memory = nat.packets.buffer;
  const octets = new Uint8Array(memory);
  const view = new DataView(memory);
  for (const mapping of state.mappings()) {
    if (!state.isLive(mapping)) continue;
    const at = RECORDS + 32 * (mapping.protocol * 65536 + mapping.externalPort);
    const slot = view.getUint32(at + RecordOffset.Slot, true);
    const endpoint = ENDPOINTS + 8 * (slot - 1);
    const isSame =
      slot !== 0 &&
      read32(octets, endpoint + 4) === mapping.internal.address &&
      read16(octets, endpoint + 2) === mapping.internal.port &&
      view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32 === mapping.last &&
      read32(octets, at + RecordOffset.RemoteAddress) === mapping.remote.address &&
      read16(octets, at + RecordOffset.RemotePort) === mapping.remote.port &&
      view.getUint16(at + RecordOffset.Phase, true) === mapping.phase;
    if (!isSame) return `the core's record differs from ${described(mapping, state)}`;
  }
  return neighbourProblem(nat, state, (neighbours) => neighbours.all().map((each) => each.address));
}

/** What the core keeps of a neighbour that it should not, of those that `chosen` names. */
function neighbourProblem(
  nat: Nat,
  state: State,
  chosen: (neighbours: Neighbours) => number[],
): string | undefined {
  const octets = new Uint8Array(nat.packets.buffer);
  const view = new DataView(octets.buffer);
  for (const side of [Side.Internal, Side.External] as const) {
    for (const address of chosen(state.neighbours[side])) {
      const expected = state.neighbours[side].at(address) ?? NOBODY;
      const at = NEIGHBOURS + 16 * (side * ROOM_FOR + (address & (ROOM_FOR - 1)));
      const actual = {
        address: read32(octets, at),
        station: octets.slice(at + 4, at + 10),
        tick: view.getUint32(at + 12, true),
      };
      const [is, shouldBe] = [actual, expected].map((each) => describedNeighbour(each));
      if (is !== shouldBe) return `the core has the neighbour ${is}, not ${shouldBe}`;
    }
  }
  return undefined;
}

function describedNeighbour({ address, station, tick }: Neighbour): string {
  return `${formatAddress(address)} at ${formatStation(station)}, heard in tick ${tick}`;
}

/** How the whole state of the core differs from that of the model, or undefined. */
export function stateProblem(nat: Nat, state: State): string | undefined {
  if (nat.clock !== state.now) return `the core's clock is ${nat.clock}, not ${state.now}`;
  const held = new Map([...nat.mappings()].map((mapping) => [keyOf(mapping), mapping]));
  const everyPlace = Array.from({ length: ROOM_FOR }, (_, place) => place);
  return (
    mappingsProblem(held, state) ??
    sessionsProblem(nat, state) ??
    neighbourProblem(nat, state, () => everyPlace)
  );
}

function mappingsProblem(held: Map<string, Held>, state: State): string | undefined {
  const missing = new Set<string>();
  const known = new Map<string, Mapping>();
  for (const mapping of state.mappings()) {
    const key = keyOf({ ...mapping, protocol: PROTOCOLS[mapping.protocol]! });
    known.set(key, mapping);
    if (state.isLive(mapping)) missing.add(key);
  }
  for (const [key, mapping] of held) {
    const expected = known.get(key);
    const actual = JSON.stringify(mapping);
    if (!expected) return `the core has a mapping that never was: ${actual}`;
    // One that has expired may be there or not, but as it was when it did.
    if (actual !== JSON.stringify(asHeld(expected, state))) {
      return `the core has ${actual} instead of ${described(expected, state)}`;
    }
    missing.delete(key);
  }
  const [lost] = missing;
  return lost && `the core lost ${described(known.get(lost)!, state)}`;
}

function sessionsProblem(nat: Nat, state: State): string | undefined {
  const held = new Map(
    [...nat.sessions()].map((session) => [`${keyOf(session)} ${session.remoteAddress}`, session]),
  );
  for (const mapping of state.mappings().filter((each) => state.isLive(each))) {
    const key = keyOf({ ...mapping, protocol: PROTOCOLS[mapping.protocol]! });
    for (const [address, date] of mapping.sessions) {
      const session = held.get(`${key} ${formatAddress(address)}`);
      held.delete(`${key} ${formatAddress(address)}`);
      // The date of a session with the present remote is of no consequence: a new one will replace it.
      if (address === mapping.remote.address) continue;
      const idle = state.now - date;
      if (session ? session.idle !== idle : idle < state.lifetime(mapping)) {
        const actual = session ? `${session.idle} ms old` : "missing";
        return `session ${key} ${formatAddress(address)} is ${actual}, not ${idle} ms old`;
      }
    }
  }
  return strangeSession(held, state);
}

/** A session that the core holds for a live mapping, and that was never made. */
function strangeSession(held: Map<string, Session>, state: State): string | undefined {
  for (const [key, { protocol, externalPort, remoteAddress, idle }] of held) {
    const mapping = state.liveOfPort(PROTOCOLS.indexOf(protocol), externalPort);
    if (!mapping || mapping.remote.address === parseAddress(remoteAddress)) continue;
    // Those of an earlier mapping of that port may still lie about.
    if (state.now - idle >= mapping.made) {
      return `the core has a session that never was: ${key}`;
    }
  }
  return undefined;
}

function asHeld(mapping: Mapping, state: State): Held {
  return {
    protocol: PROTOCOLS[mapping.protocol]!,
    internalAddress: formatAddress(mapping.internal.address),
    internalPort: mapping.internal.port,
    externalPort: mapping.externalPort,
    remoteAddress: formatAddress(mapping.remote.address),
    remotePort: mapping.remote.port,
    phase: mapping.phase,
    idle: state.now - mapping.last,
    live: state.isLive(mapping),
  };
}

function described(mapping: Mapping, state: State): string {
  const sessions = [...mapping.sessions].map(([address, date]) => [formatAddress(address), date]);
  return `${JSON.stringify(asHeld(mapping, state))} sessions ${JSON.stringify(sessions)}`;
}

/** All mappings of the model, for the message of a failure. */
export function describedState(state: State): string {
  const lines = state
    .mappings()
    .map((mapping) => `  ${formatEndpoint(mapping.internal)} ${described(mapping, state)}`);
  return `clock ${state.now}\n${lines.slice(-60).join("\n")}`;
}

function keyOf({ protocol, externalPort }: Pick<Held, "protocol" | "externalPort">): string {
  return `${protocol} ${externalPort}`;
}

/** Where the tables lie, from a module of its own: they are constants. */
function regions(): Record<"RECORDS" | "ENDPOINTS" | "NEIGHBOURS", number> {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(coreBytes()));
  const at = (name: string): number => Number((exports[name] as WebAssembly.Global).value);
  return { RECORDS: at("RECORDS"), ENDPOINTS: at("ENDPOINTS"), NEIGHBOURS: at("NEIGHBOURS") };
}
