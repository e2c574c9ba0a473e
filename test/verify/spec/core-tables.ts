/** The core's tables beside the specification's state. */
import { RecordOffset } from "../../../assembly/abi.ts";
import { coreBytes, type Mapping, type Nat } from "../../../host/nat.ts";
import { valueOf } from "../../../verify/spec/concrete.ts";
import type { Protocol } from "../../../verify/spec/nat.ts";
import type { Neighbour } from "../../../verify/spec/neighbours.ts";
import { formatAddress, parseAddress, read16, read32 } from "../../support/octets.ts";
import { type Known, type KnownState, PROTOCOLS } from "./known-state.ts";

const { RECORDS, ENDPOINTS, NEIGHBOURS, SESSIONS, SESSION_SLOTS } = regions();

/** Of neighbours on one side. */
const PLACES = 4096;
const RECORD_OCTETS = 32;
const SESSION_OCTETS = 16;

type Region = "RECORDS" | "ENDPOINTS" | "NEIGHBOURS" | "SESSIONS" | "SESSION_SLOTS";

export class CoreTables {
  readonly #octets: Uint8Array;
  readonly #view: DataView;

  constructor(nat: Nat) {
    this.#octets = new Uint8Array(nat.packets.buffer);
    this.#view = new DataView(nat.packets.buffer);
  }

  /** Whether a mapping has an external port, live or not. */
  has(protocol: Protocol, externalPort: number): boolean {
    return this.#slot(recordAt(PROTOCOLS.indexOf(protocol), externalPort)) !== 0;
  }

  /** Leaves no room for another mapping: every slot is some endpoint's that never was. */
  fillEndpoints(): void {
    this.#octets.fill(0xff, ENDPOINTS, RECORDS);
  }

  /** Leaves no room for another session, all having been refreshed at `now`. */
  fillSessions(now: number): void {
    for (let slot = 0; slot < SESSION_SLOTS; slot++) {
      const at = SESSIONS + slot * SESSION_OCTETS;
      this.#view.setBigUint64(at, 0xffff_ffff_ffffn, true);
      this.#view.setBigUint64(at + 8, BigInt(now), true);
    }
  }

  /** A live mapping that is not in the core as it should be, of those touched or of all. */
  recordProblem(state: KnownState, all: boolean): string | undefined {
    for (const known of all ? state.mappings() : state.touched) {
      if (!all && !state.isCurrent(known)) continue;
      if (!state.isLive(known) || this.#holds(known)) continue;
      return `the core's record differs: ${JSON.stringify(known)}`;
    }
    return undefined;
  }

  /** How the whole tables differ, or undefined. */
  stateProblem(nat: Nat, state: KnownState): string | undefined {
    const missing = new Set(state.mappings().filter((known) => state.isLive(known)));
    for (const held of nat.mappings()) {
      const known = state.mappingAt(nameOf(held.protocol), held.externalPort);
      if (!known) return `the core has a mapping that never was: ${JSON.stringify(held)}`;
      if (!this.#holds(known)) return `the core has ${JSON.stringify(held)}`;
      if (held.live !== state.isLive(known)) return `live or not? ${JSON.stringify(held)}`;
      missing.delete(known);
    }
    for (const known of missing) return `the core lost ${JSON.stringify(known)}`;
    return this.recordProblem(state, true) ?? sessionsProblem(nat, state);
  }

  /** How the core's neighbours differ from those that are said to be kept, by side and place. */
  neighbourProblem(said: ReadonlyMap<string, Neighbour>): string | undefined {
    for (let index = 0; index < 2 * PLACES; index++) {
      const name = `${index < PLACES ? "internal" : "external"} ${index % PLACES}`;
      const at = NEIGHBOURS + 16 * index;
      const station = read32(this.#octets, at + 4) * 2 ** 16 + read16(this.#octets, at + 8);
      const held = [read32(this.#octets, at), station, this.#view.getUint32(at + 12, true)];
      const one = said.get(name);
      const known = one ? [one.address, one.station, one.heard].map(valueOf) : [0, 0, 0];
      if (held.join() !== known.join())
        return `neighbour ${name}: ${held.join()} is ${known.join()}`;
    }
    return undefined;
  }

  #holds(known: Known): boolean {
    const at = recordAt(known.protocol, known.externalPort);
    const slot = this.#slot(at);
    const endpoint = ENDPOINTS + 8 * (slot - 1);
    const high = this.#view.getUint32(at + 4, true);
    return (
      slot !== 0 &&
      read32(this.#octets, endpoint + 4) === known.internal.address &&
      read16(this.#octets, endpoint + 2) === known.internal.port &&
      this.#view.getUint32(at, true) + high * 2 ** 32 === known.last &&
      read32(this.#octets, at + RecordOffset.RemoteAddress) === known.remote.address &&
      (known.name !== "Tcp" ||
        (read16(this.#octets, at + RecordOffset.RemotePort) === known.remote.port &&
          this.#view.getUint16(at + RecordOffset.Phase, true) === known.phase))
    );
  }

  #slot(at: number): number {
    return this.#view.getUint32(at + RecordOffset.Slot, true);
  }
}

/** Sessions that count must be the same on both sides. */
function sessionsProblem(nat: Nat, state: KnownState): string | undefined {
  const missing = new Map<string, number>();
  const now = nat.clock;
  for (const known of state.mappings()) {
    if (!state.isLive(known)) continue;
    for (const [address, stamp] of known.sessions) {
      if (address === known.remote.address || now - stamp >= state.lifetime(known)) continue;
      missing.set(`${known.name} ${known.externalPort} ${formatAddress(address)}`, stamp);
    }
  }
  for (const { protocol, externalPort, remoteAddress, idle } of nat.sessions()) {
    const name = nameOf(protocol);
    const known = state.liveOfPort(PROTOCOLS.indexOf(name), externalPort);
    const stamp = now - idle;
    if (!known || parseAddress(remoteAddress) === known.remote.address) continue;
    // Those of an earlier mapping of that port may still lie about.
    if (stamp < state.made(known) || idle >= state.lifetime(known)) continue;
    const key = `${name} ${externalPort} ${remoteAddress}`;
    if (missing.get(key) !== stamp) return `the core has a session ${key} of ${stamp}`;
    missing.delete(key);
  }
  for (const [key, stamp] of missing) return `the core lost session ${key} of ${stamp}`;
  return undefined;
}

function nameOf(protocol: Mapping["protocol"]): Protocol {
  return ({ udp: "Udp", icmp: "Icmp", tcp: "Tcp" } as const)[protocol];
}

function recordAt(protocol: number, externalPort: number): number {
  return RECORDS + RECORD_OCTETS * (protocol * 65536 + externalPort);
}

/** Where the tables lie, from a module of its own: they are constants. */
function regions(): Record<Region, number> {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(coreBytes()));
  const at = (name: string): number => Number((exports[name] as WebAssembly.Global).value);
  return {
    RECORDS: at("RECORDS"),
    ENDPOINTS: at("ENDPOINTS"),
    NEIGHBOURS: at("NEIGHBOURS"),
    SESSIONS: at("SESSIONS"),
    SESSION_SLOTS: at("SESSION_SLOTS"),
  };
}
