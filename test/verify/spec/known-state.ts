/** The specification's state, with a plain view of it for those who make packets and compare tables. */
import type { NatSettings } from "../../../host/settings.ts";
import { ConcreteLinks, ConcreteState, valueOf } from "../../../verify/spec/concrete.ts";
import type { Endpoint as EndpointTerm, Protocol, Settings } from "../../../verify/spec/nat.ts";
import type { Entry } from "../../../verify/spec/state.ts";
import { constant, type Term } from "../../../verify/terms/term.ts";
import { modelSettings } from "../../support/model/settings.ts";
import { type Endpoint, formatEndpoint } from "../../support/octets.ts";

/** In the core's order. */
export const PROTOCOLS: readonly Protocol[] = ["Udp", "Icmp", "Tcp"];

/** A mapping in plain numbers. */
export interface Known {
  protocol: number;
  name: Protocol;
  externalPort: number;
  internal: Endpoint;
  remote: Endpoint;
  last: number;
  phase: number;
  /** Former remotes, and when their sessions were last refreshed. */
  readonly sessions: Map<number, number>;
}

const FEW_PORTS = 64;

export class KnownState extends ConcreteState {
  readonly links = new ConcreteLinks();
  /** Whether the packet in hand wants a port for a new mapping. */
  hasChosen = false;
  /** Mappings that the packet in hand has touched. */
  readonly touched = new Set<Known>();
  readonly #plain: NatSettings;
  readonly #known = new WeakMap<Entry, Known>();
  readonly #made = new Map<string, number>();
  #now = 0;

  constructor(settings: Settings, plain: NatSettings) {
    super(settings);
    this.#plain = plain;
  }

  readClock(now: number): void {
    this.touched.clear();
    if (now <= this.#now) return;
    this.#now = now;
    this.now = constant(now, 64);
    this.links.now = this.now;
  }

  override setRecord(protocol: Protocol, externalPort: Term, entry: Entry): void {
    super.setRecord(protocol, externalPort, entry);
    this.touched.add(this.#asKnown(protocol, externalPort, entry));
  }

  override forgetSessions(protocol: Protocol, externalPort: Term): void {
    super.forgetSessions(protocol, externalPort);
    this.#made.set(`${protocol} ${valueOf(externalPort)}`, this.#now);
  }

  /** When a mapping was made: sessions from before are not its own. */
  made({ name, externalPort }: Known): number {
    return this.#made.get(`${name} ${externalPort}`)!;
  }

  /** Mappings that have not been forgotten, live or not. */
  mappings(): Known[] {
    return PROTOCOLS.flatMap((protocol) =>
      [...this.tables[protocol].entries].map(([port, entry]) =>
        this.#asKnown(protocol, port, entry),
      ),
    );
  }

  isCurrent(known: Known): boolean {
    return this.mappingAt(known.name, known.externalPort) === known;
  }

  mappingAt(protocol: Protocol, externalPort: number): Known | undefined {
    const port = constant(externalPort, 16);
    const entry = this.tables[protocol].entries.get(port);
    return entry && this.#asKnown(protocol, port, entry);
  }

  /** All ports of a small range; of a large one its ends and those with mappings. */
  *portsOfInterest(): Generator<number> {
    const { first, last } = this.#plain.ports;
    if (last - first < FEW_PORTS) {
      for (let port = first; port <= last; port++) yield port;
      return;
    }
    yield* [first, first + 1, 1022, 1023, 1024, 1025, last - 1, last];
    const used = this.mappings().map(({ externalPort }) => externalPort);
    for (const port of used.slice(-8)) {
      yield port;
      if (port < 65535) yield port + 1;
    }
  }

  described(): string {
    const lines = this.mappings().map(
      (known) =>
        `  ${known.name} ${formatEndpoint(known.internal)} at ${known.externalPort} to ` +
        `${formatEndpoint(known.remote)} phase ${known.phase} idle ${this.#now - known.last}` +
        `${this.isLive(known) ? "" : " expired"} sessions ${JSON.stringify([...known.sessions])}`,
    );
    return `clock ${this.#now}, ${JSON.stringify(this.#plain)}\n${lines.slice(-60).join("\n")}`;
  }

  // What the generators of test/fuzz/ ask of a state.

  isLive(known: Known): boolean {
    return this.#now < this.end(known);
  }

  lifetime({ protocol, phase }: Known): number {
    return this.#plain.lifetimeOf(protocol, phase);
  }

  end(known: Known): number {
    return known.last + this.lifetime(known);
  }

  liveOfPort(protocol: number, externalPort: number): Known | undefined {
    const known = this.mappingAt(PROTOCOLS[protocol]!, externalPort);
    return known && this.isLive(known) ? known : undefined;
  }

  liveOfEndpoint(protocol: number, { address, port }: Endpoint): Known | undefined {
    const name = PROTOCOLS[protocol]!;
    const endpoint: EndpointTerm = { address: constant(address, 32), port: constant(port, 16) };
    return this.liveOfPort(protocol, valueOf(this.portOf(name, endpoint)));
  }

  /** When each neighbour was last heard. */
  heard(): { tick: number }[] {
    return [...this.links.neighbours.values()].map(({ heard }) => ({ tick: valueOf(heard) }));
  }

  /** As traffic generators know it. */
  asGenerated(): never {
    const state = this;
    const settings = modelSettings(this.#plain);
    const view = {
      get now() {
        return state.#now;
      },
      settings,
      // Only to know when one is no longer known.
      neighbours: [{ all: () => state.heard() }, { all: () => [] }],
      mappings: () => state.mappings(),
      isLive: (known: Known) => state.isLive(known),
      lifetime: (known: Known) => state.lifetime(known),
      end: (known: Known) => state.end(known),
      liveOfPort: (protocol: number, port: number) => state.liveOfPort(protocol, port),
      liveOfEndpoint: (protocol: number, endpoint: Endpoint) =>
        state.liveOfEndpoint(protocol, endpoint),
    };
    return view as never;
  }

  #asKnown(name: Protocol, externalPort: Term, entry: Entry): Known {
    const known = this.#known.get(entry) ?? this.#newKnown(name, externalPort, entry);
    this.#known.set(entry, known);
    return known;
  }

  #newKnown(name: Protocol, externalPort: Term, entry: Entry): Known {
    const { sessions } = this.tables[name];
    return {
      protocol: PROTOCOLS.indexOf(name),
      name,
      externalPort: valueOf(externalPort),
      internal: plainEndpoint(entry.internal),
      remote: plainEndpoint(entry.remote),
      last: valueOf(entry.last),
      phase: valueOf(entry.phase),
      get sessions() {
        const terms = [...(sessions.get(externalPort) ?? [])];
        return new Map(terms.map(([address, stamp]) => [valueOf(address), valueOf(stamp)]));
      },
    };
  }
}

function plainEndpoint({ address, port }: EndpointTerm): Endpoint {
  return { address: valueOf(address), port: valueOf(port) };
}
