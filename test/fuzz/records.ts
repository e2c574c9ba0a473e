/**
 * The core's tables beside the model's. `recordProblem` looks up the model's live mappings one by
 * one, which is cheap; `stateProblem` scans the whole tables by way of the host.
 */
import { RecordOffset } from "../../assembly/abi.ts";
import { coreBytes, type Mapping as Held, type Nat, type Session } from "../../host/nat.ts";
import type { Mapping, State } from "../support/model/tables.ts";
import { formatAddress, formatEndpoint, parseAddress, read16, read32 } from "../support/octets.ts";

const PROTOCOLS = ["udp", "icmp", "tcp"] as const;
const { RECORDS, ENDPOINTS } = regions();

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
  return undefined;
}

/** How the whole state of the core differs from that of the model, or undefined. */
export function stateProblem(nat: Nat, state: State): string | undefined {
  if (nat.clock !== state.now) return `the core's clock is ${nat.clock}, not ${state.now}`;
  const held = new Map([...nat.mappings()].map((mapping) => [keyOf(mapping), mapping]));
  return mappingsProblem(held, state) ?? sessionsProblem(nat, state);
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
function regions(): Record<"RECORDS" | "ENDPOINTS", number> {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(coreBytes()));
  const at = (name: string): number => Number((exports[name] as WebAssembly.Global).value);
  return { RECORDS: at("RECORDS"), ENDPOINTS: at("ENDPOINTS") };
}
