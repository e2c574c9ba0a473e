/** What a NAT remembers: its mappings, its neighbours, and the clock (docs/behaviour.md §1, §10). */
import { Protocol, Side } from "../../../assembly/abi.ts";
import { type Endpoint, formatEndpoint } from "../octets.ts";
import { Neighbours } from "./neighbours.ts";
import { isEstablished } from "./phase.ts";
import type { Settings } from "./settings.ts";

export interface Mapping {
  protocol: Protocol;
  internal: Endpoint;
  externalPort: number;
  /** Milliseconds. No rule asks for it. */
  made: number;
  /** Milliseconds: when it was last refreshed. */
  last: number;
  /** The port is 0 but for TCP. */
  remote: Endpoint;
  /** Bits of `Phase`; 0 but for TCP. */
  phase: number;
  /** Former remote addresses, with the time when that session was last refreshed. */
  sessions: Map<number, number>;
}

/** One protocol's mappings. Nothing is ever removed, only superseded: the rest is a matter of time. */
export class Table {
  /** The latest mapping of each internal endpoint. */
  readonly #byEndpoint = new Map<string, Mapping>();

  /** The latest mapping of each external port. */
  readonly byPort = new Map<number, Mapping>();

  ofEndpoint(internal: Endpoint): Mapping | undefined {
    return this.#byEndpoint.get(formatEndpoint(internal));
  }

  add(mapping: Mapping): void {
    this.#byEndpoint.set(formatEndpoint(mapping.internal), mapping);
    this.byPort.set(mapping.externalPort, mapping);
  }
}

/**
 * The tables of the three protocols, which know nothing of each other (RFC 7857 §5), the
 * neighbours on both links, and the time.
 */
export class State {
  readonly settings: Settings;
  now = 0;
  /** Milliseconds: the moment that holds the rate of errors down (§8). */
  quiet = 0;
  readonly neighbours = {
    [Side.Internal]: new Neighbours(),
    [Side.External]: new Neighbours(),
  };
  readonly #tables = [new Table(), new Table(), new Table()];

  constructor(settings: Settings) {
    this.settings = settings;
  }

  table(protocol: Protocol): Table {
    return this.#tables[protocol]!;
  }

  liveOfEndpoint(protocol: Protocol, internal: Endpoint): Mapping | undefined {
    return this.#ifLive(this.table(protocol).ofEndpoint(internal));
  }

  liveOfPort(protocol: Protocol, externalPort: number): Mapping | undefined {
    return this.#ifLive(this.table(protocol).byPort.get(externalPort));
  }

  /** The latest mapping of every external port ever used, live or not. */
  mappings(): Mapping[] {
    return this.#tables.flatMap((table) => [...table.byPort.values()]);
  }

  /** Milliseconds. */
  lifetime({ protocol, phase }: Pick<Mapping, "protocol" | "phase">): number {
    const { lifetimes } = this.settings;
    if (protocol === Protocol.Udp) return lifetimes.udp;
    if (protocol === Protocol.Icmp) return lifetimes.icmp;
    return isEstablished(phase) ? lifetimes.tcpEstablished : lifetimes.tcpTransitory;
  }

  isLive(mapping: Mapping): boolean {
    return this.now - mapping.last < this.lifetime(mapping);
  }

  /** When a mapping that is not live any more ceased to be so. */
  end(mapping: Mapping): number {
    return mapping.last + this.lifetime(mapping);
  }

  /** Address-dependent filtering (RFC 4787 REQ-8b). */
  admits(mapping: Mapping, address: number): boolean {
    if (address === mapping.remote.address) return true;
    const refreshed = mapping.sessions.get(address);
    return refreshed !== undefined && this.now - refreshed < this.lifetime(mapping);
  }

  #ifLive(mapping: Mapping | undefined): Mapping | undefined {
    return mapping && this.isLive(mapping) ? mapping : undefined;
  }
}
