/**
 * The specification and the core side by side, packet by packet: each must say the same of every
 * packet, leave the same octets, and keep the same mappings. What the NAT is free to choose is read
 * off what the core did.
 */
import {
  DESCRIPTOR_WORDS,
  FIRST_DROP,
  Outcome,
  PACKET_AREA,
  Side,
  Verdict,
} from "../../../assembly/abi.ts";
import { createNat, LATEST, type Nat } from "../../../host/nat.ts";
import type { NatOptions } from "../../../host/settings.ts";
import { truth } from "../../../verify/terms/logic.ts";
import { FALSE, constant, type Term } from "../../../verify/terms/term.ts";
import { concreteDecider, ConcreteOctets, valueOf } from "../../../verify/spec/concrete.ts";
import { type Decider, withDecider } from "../../../verify/spec/language.ts";
import { Mappings } from "../../../verify/spec/mappings.ts";
import type { Protocol } from "../../../verify/spec/nat.ts";
import { Links } from "../../../verify/spec/neighbours.ts";
import type { Fate } from "../../../verify/spec/outcome.ts";
import { decide } from "../../../verify/spec/packet.ts";
import { PATTERN } from "../../fuzz/comparison.ts";
import { Layout } from "../../fuzz/layout.ts";
import type { Input } from "../../fuzz/traffic.ts";
import { modelSettings } from "../../support/model/settings.ts";
import { hex, read16 } from "../../support/octets.ts";
import { CoreTables } from "./core-tables.ts";
import { KnownState } from "./known-state.ts";
import { specificationSettings } from "./settings.ts";

/** The core and the specification do not agree. */
export class Disagreement extends Error {}

function remember<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > 32) list.shift();
}

/** What the core said of a packet. */
interface Answer {
  outcome: number;
  verdict: number;
  side: number;
  offset: number;
  length: number;
}

export class World {
  readonly nat: Nat;
  readonly state: KnownState;
  readonly tables: CoreTables;
  /** Packets forwarded lately, as they left. */
  readonly history: { octets: Uint8Array; side: Side }[] = [];
  readonly outcomes = new Map<string, number>();
  /** What the packet area ought to hold. */
  readonly #expected = new Uint8Array(PACKET_AREA);
  readonly #decider: Decider;
  /** Frames that left for a next hop that was not known. */
  readonly held: { octets: Uint8Array; side: Side }[] = [];
  /** Where the datagram is in a packet. */
  readonly #layout: Layout;
  #packets = 0;

  constructor(options: NatOptions) {
    this.nat = createNat(options);
    this.tables = new CoreTables(this.nat);
    this.state = new KnownState(specificationSettings(this.nat.settings), this.nat.settings);
    Buffer.from(this.#expected.buffer).fill(PATTERN);
    this.#layout = new Layout(modelSettings(this.nat.settings));
    this.nat.packets.set(this.#expected);
    this.#decider = concreteDecider(() => this.state.portsOfInterest());
  }

  /** Carries one packet through both. Throws `Disagreement`. */
  carry({ octets, side, shift = 0 }: Input, now: number): void {
    this.#packets += 1;
    // Every fifth ends where the area does, every fiftieth an octet behind it.
    const isLast = this.#packets % 5 === 0;
    const excess = this.#packets % 50 === 0 ? 1 : 0;
    const at = isLast ? PACKET_AREA - octets.length + excess : shift;
    if (at < PACKET_AREA) {
      const kept = octets.subarray(0, PACKET_AREA - at);
      this.nat.packets.set(kept, at);
      this.#expected.set(kept, at);
    }
    const blame = (problem: string): never => {
      throw new Disagreement(
        `${problem}\nside ${side} at ${at}, ${octets.length} octets ${hex(octets.subarray(0, 200))}\n` +
          this.state.described(),
      );
    };
    this.state.readClock(Math.min(now, LATEST));
    const answer = this.#answer(octets, side, at, now);
    const octetsThere = this.#expected.subarray(at, at + octets.length);
    const original = octetsThere.slice();
    const fate = this.#fate(
      { octets: octetsThere, at, length: octets.length, side, answer },
      blame,
    );
    this.#compare(fate, answer, { side, offset: at, length: octets.length }, blame);
    this.#compareOctets(at, octets.length, blame);
    if (fate.forward) this.#remember(answer);
    this.outcomes.set(fate.outcome, (this.outcomes.get(fate.outcome) ?? 0) + 1);
    const problem = this.tables.recordProblem(this.state, this.#packets % 16 === 0);
    if (problem) blame(`${problem}\nafter ${fate.outcome} of ${hex(original)}`);
    if (this.state.hasChosen) this.#forgetReclaimed();
  }

  /** Compares the whole tables, which takes milliseconds. Throws `Disagreement`. */
  compareState(): void {
    const problem =
      this.tables.stateProblem(this.nat, this.state) ??
      this.tables.neighbourProblem(this.state.links.neighbours);
    if (problem) throw new Disagreement(`${problem}\n${this.state.described()}`);
    if (Buffer.compare(this.nat.packets, this.#expected) !== 0) {
      throw new Disagreement("an octet outside the packet was written");
    }
  }

  #answer(octets: Uint8Array, side: number, at: number, now: number): Answer {
    const { descriptors } = this.nat;
    descriptors.set([at, octets.length, side, 0xdeadbeef]);
    this.nat.process(1, Math.min(now, LATEST));
    const word = descriptors[DESCRIPTOR_WORDS - 1]!;
    return {
      verdict: word & 0xff,
      outcome: word >>> 8,
      side: descriptors[2]!,
      offset: descriptors[0]!,
      length: descriptors[1]!,
    };
  }

  #fate(
    packet: { octets: Uint8Array; at: number; length: number; side: number; answer: Answer },
    blame: (problem: string) => never,
  ): Fate {
    const { octets, at, length, side, answer } = packet;
    const name = Outcome[answer.outcome];
    const chosen = (): number => {
      if (name === "NoPort") return 0;
      if (answer.outcome >= FIRST_DROP) blame(`a mapping is made here, the core says ${name}`);
      const before = this.#layout.room + this.#layout.front;
      const packet = octets.subarray(before);
      const start = before + (packet[0]! & 15) * 4;
      return read16(this.nat.packets, at + start + (packet[9] === 1 ? 4 : 0));
    };
    this.state.hasChosen = false;
    let port: Term | undefined;
    this.state.choice = {
      port: () => (port = constant(chosen(), 16)),
      hasRoomForMapping: () => {
        this.state.hasChosen = true;
        return truth(name !== "EndpointTableFull");
      },
      hasRoomForSession: () => truth(name !== "SessionTableFull"),
    };
    this.state.isFree = (protocol: Protocol, q: Term) => {
      port ??= name === "EndpointTableFull" ? undefined : constant(chosen(), 16);
      return truth(q === port || !this.tables.has(protocol, valueOf(q)));
    };
    const descriptor = {
      offset: constant(at, 32),
      length: constant(length, 32),
      side: constant(side, 32),
    };
    try {
      return withDecider(this.#decider, () =>
        decide(
          descriptor,
          new ConcreteOctets(octets),
          new Mappings(this.state),
          new Links(this.state.links),
        ),
      );
    } catch (error) {
      if (error instanceof Disagreement) throw error;
      return blame(`${name}: ${(error as Error).stack}`);
    }
  }

  #compare(
    { outcome, forward }: Fate,
    answer: Answer,
    before: { side: number; offset: number; length: number },
    blame: (problem: string) => never,
  ): void {
    const sent = forward?.isAddressed === FALSE ? Verdict.Resolve : Verdict.Forward;
    const expected: Answer = {
      verdict: forward ? sent : Verdict.Drop,
      outcome: Outcome[outcome],
      side: forward
        ? { internal: Side.Internal, external: Side.External }[forward.side]
        : before.side,
      offset: before.offset + (forward?.begin ?? 0),
      length: forward ? valueOf(forward.length) : before.length,
    };
    for (const key of Object.keys(expected) as (keyof Answer)[]) {
      if (expected[key] === answer[key]) continue;
      const actual = `${Outcome[answer.outcome]} ${JSON.stringify(answer)}`;
      blame(`expected ${outcome} ${JSON.stringify(expected)}\nactual   ${actual}`);
    }
  }

  #compareOctets(at: number, length: number, blame: (problem: string) => never): void {
    const [from, to] = [Math.max(0, at - 64), Math.min(PACKET_AREA, at + length + 64)];
    if (from >= to) return;
    const expected = this.#expected.subarray(from, to);
    const actual = this.nat.packets.subarray(from, to);
    if (Buffer.compare(expected, actual) === 0) return;
    blame(`expected ${hex(expected)}\nactual   ${hex(actual)}`);
  }

  #remember({ outcome, verdict, offset, length, side }: Answer): void {
    const octets = this.nat.packets.slice(offset, offset + length);
    if (verdict === Verdict.Resolve) remember(this.held, { octets, side });
    if (outcome !== Outcome.ArpReply) {
      remember(this.history, { octets: this.#layout.datagramIn(octets), side });
    }
  }

  /** Mappings that the core has reclaimed are not there any more. */
  #forgetReclaimed(): void {
    for (const { name, externalPort } of this.state.mappings()) {
      if (this.tables.has(name, externalPort)) continue;
      this.state.forget(name, constant(externalPort, 16));
    }
  }
}
