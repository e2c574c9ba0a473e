/**
 * The core and the model, side by side: both are given the same batches, and must agree on every
 * verdict, outcome, octet, counter and mapping.
 */
import {
  DESCRIPTOR_WORDS,
  MAX_BATCH,
  Outcome,
  PACKET_AREA,
  type Side,
  Verdict,
} from "../../assembly/abi.ts";
import { createNat, LATEST, type Nat } from "../../host/nat.ts";
import type { NatOptions } from "../../host/settings.ts";
import {
  type Arrival,
  type Fate,
  IllegalChoice,
  type Leaving,
  leaves,
} from "../support/model/fate.ts";
import { Model } from "../support/model/model.ts";
import { modelSettings } from "../support/model/settings.ts";
import { hex, read16 } from "../support/octets.ts";
import { Layout, worsenedSum } from "./layout.ts";
import { describedState, recordProblem, stateProblem } from "./records.ts";
import type { Input } from "./traffic.ts";

export interface Batch {
  /** Milliseconds. */
  now: number;
  inputs: Input[];
}

/** Core and model do not agree. */
export class Disagreement extends Error {
  constructor(problem: string, context: string) {
    super(`${problem}\n${context}`);
    this.name = "Disagreement";
  }
}

/** Octets from one packet of a batch to the next. */
export const SLOT = 2048;

/** What is looked at after every batch: the slots, and the end of the area. */
const LOOKED_AT = [
  [0, MAX_BATCH * SLOT],
  [PACKET_AREA - SLOT, PACKET_AREA],
] as const;

/** What lies in the packet area at first: no octet is that of another slot. */
export const PATTERN = Uint8Array.from({ length: 251 }, (_, at) => (at * 167 + 13) & 0xff);

export class Comparison {
  readonly nat: Nat;
  readonly model: Model;

  /** Datagrams forwarded lately, as they left. */
  readonly history: { octets: Uint8Array; side: Side }[] = [];

  /** Frames that left lately for a next hop that was not known. */
  readonly held: { octets: Uint8Array; side: Side }[] = [];

  /** Outcomes that were met, with their verdicts, as in "Outbound Forward". */
  readonly met = new Set<string>();

  /** What the packet area ought to hold. */
  readonly #expected = new Uint8Array(PACKET_AREA);
  readonly #layout: Layout;

  constructor(options: NatOptions) {
    this.nat = createNat(options);
    this.model = new Model(modelSettings(this.nat.settings));
    this.#layout = new Layout(this.model.state.settings);
    Buffer.from(this.#expected.buffer).fill(PATTERN);
    this.nat.packets.set(this.#expected);
  }

  /** Carries a batch through both. Throws `Disagreement`. */
  run({ now, inputs }: Batch): void {
    inputs.forEach((input, index) => this.#put(input, index));
    const arrived = inputs.map((input, index) => this.#arrived(input, index));
    this.nat.process(inputs.length, Math.min(now, LATEST));
    this.model.readClock(now);
    inputs.forEach((input, index) => this.#compareFate(input, index, arrived[index]!));
    for (const [from, to] of LOOKED_AT) {
      const [found, expected] = [this.nat.packets, this.#expected].map((octets) =>
        octets.subarray(from, to),
      );
      if (Buffer.compare(found!, expected!) !== 0) this.#blameOctet(inputs);
    }
    const problem = this.#countersProblem() ?? recordProblem(this.nat, this.model.state);
    if (problem) throw new Disagreement(problem, this.#context(inputs, inputs.length - 1));
  }

  /** Compares the whole tables, which takes milliseconds. Throws `Disagreement`. */
  compareState(): void {
    const problem = stateProblem(this.nat, this.model.state);
    if (problem) throw new Disagreement(problem, describedState(this.model.state));
    if (Buffer.compare(this.nat.packets, this.#expected) !== 0) this.#blameOctet([]);
  }

  #put({ octets, side, shift = 0 }: Input, index: number): void {
    const at = index * SLOT + shift;
    const kept = octets.subarray(0, Math.max(0, PACKET_AREA - at));
    if (at < PACKET_AREA) {
      this.nat.packets.set(kept, at);
      this.#expected.set(kept, at);
    }
    this.nat.descriptors.set([at, octets.length, side, 0xdeadbeef], index * DESCRIPTOR_WORDS);
  }

  #arrived({ octets, side, shift = 0 }: Input, index: number): Arrival {
    const at = index * SLOT + shift;
    return { octets, side, inside: at + octets.length <= PACKET_AREA };
  }

  #compareFate(input: Input, index: number, arrival: Arrival): void {
    const { nat } = this;
    const [at, length, side, word] = nat.descriptors.subarray(
      index * DESCRIPTOR_WORDS,
    ) as unknown as [number, number, number, number];
    const actual = { verdict: word & 0xff, outcome: word >>> 8, at, length, side };
    const fate = this.#fate(
      arrival,
      () => this.#chosenPort(arrival.octets, at, actual.outcome),
      actual,
    );
    const expected = expectedDescriptor(input, index, fate);
    if (JSON.stringify(actual) !== JSON.stringify(expected)) {
      this.#fail(arrival.octets, input, `expected ${named(expected)}\nactual   ${named(actual)}`);
    }
    this.met.add(`${Outcome[expected.outcome]} ${Verdict[expected.verdict]}`);
    if (leaves(fate)) this.#compareLeaving(arrival.octets, input, at, fate);
  }

  /** The model's word, or a disagreement if the core took a liberty it does not have. */
  #fate(arrival: Arrival, choose: () => number | undefined, actual: { outcome: number }): Fate {
    try {
      return this.model.translate(arrival, choose);
    } catch (error) {
      if (!(error instanceof IllegalChoice)) throw error;
      return this.#fail(arrival.octets, arrival, `${Outcome[actual.outcome]}: ${error.message}`);
    }
  }

  /** The external port of a mapping that the core made, read off the packet that left. */
  #chosenPort(octets: Uint8Array, at: number, outcome: Outcome): number | undefined {
    if (outcome === Outcome.NoPort) return undefined;
    if (outcome !== Outcome.Outbound && outcome !== Outcome.Hairpin) {
      throw new IllegalChoice("a mapping is to be made here");
    }
    const { room, front } = this.#layout;
    const datagram = octets.subarray(room + front);
    const start = (datagram[0]! & 15) * 4;
    return read16(this.nat.packets, at + front + start + (datagram[9] === 1 ? 4 : 0));
  }

  #compareLeaving(octets: Uint8Array, input: Input, at: number, fate: Leaving): void {
    this.#expected.set(fate.octets, at);
    const sent = this.nat.packets.subarray(at, at + fate.octets.length);
    if (Buffer.compare(sent, fate.octets) !== 0) {
      this.#fail(octets, input, `expected ${hex(fate.octets)}\nactual   ${hex(sent)}`);
    }
    const problem = this.#sumsProblem(octets, fate);
    if (problem) this.#fail(octets, input, problem);
    this.#remember(fate);
  }

  /** What is wrong with the checksums of something that leaves. */
  #sumsProblem(octets: Uint8Array, { outcome, octets: sent }: Leaving): string | undefined {
    if (outcome === Outcome.ArpReply || outcome === Outcome.Released) return undefined;
    const after = this.#layout.sumsOf(sent);
    if (!isTold(outcome)) {
      const arrived = octets.subarray(this.#layout.room);
      return worsenedSum(this.#layout.sumsOf(arrived), after);
    }
    const isRight = after.header === "right" && after.transport === "right";
    return isRight ? undefined : `the error's checksums are ${JSON.stringify(after)}`;
  }

  #remember({ outcome, verdict, octets, side }: Leaving): void {
    const { held, history } = this;
    if (verdict === Verdict.Resolve) held.push({ octets, side });
    if (held.length > 16) held.shift();
    if (isTold(outcome) || outcome === Outcome.ArpReply || outcome === Outcome.Released) return;
    history.push({ octets: this.#layout.datagramIn(octets), side });
    if (history.length > 32) history.shift();
  }

  #countersProblem(): string | undefined {
    const actual = Object.values(this.nat.counters());
    const wrong = actual.findIndex((count, outcome) => count !== this.model.counters[outcome]);
    if (wrong < 0) return undefined;
    return `counter ${Outcome[wrong]} is ${actual[wrong]}, not ${this.model.counters[wrong]}`;
  }

  #blameOctet(inputs: Input[]): never {
    const at = this.#expected.findIndex((octet, index) => octet !== this.nat.packets[index]);
    const slot = Math.floor(at / SLOT);
    const problem = `octet ${at % SLOT} of slot ${slot} was written`;
    throw new Disagreement(problem, this.#context(inputs, Math.min(slot, inputs.length - 1)));
  }

  #fail(octets: Uint8Array, { side }: { side: number }, problem: string): never {
    const context = `side ${side}\npacket   ${hex(octets)}\n${describedState(this.model.state)}`;
    throw new Disagreement(problem, context);
  }

  #context(inputs: Input[], index: number): string {
    const { octets, side, shift = 0 } = inputs[index]!;
    const place = `packet ${index} of ${inputs.length}, shift ${shift}, side ${side}`;
    return `${place}\npacket   ${hex(octets)}\n${describedState(this.model.state)}`;
  }
}

/** What ought to stand in the descriptor of the packet then. */
function expectedDescriptor({ octets, side, shift = 0 }: Input, index: number, fate: Fate) {
  const { outcome } = fate;
  const at = index * SLOT + shift;
  if (!leaves(fate)) return { verdict: Verdict.Drop, outcome, at, length: octets.length, side };
  const { verdict, begin } = fate;
  return { verdict, outcome, at: at + begin, length: fate.octets.length, side: fate.side };
}

/** Whether what leaves with this outcome is an ICMP error that the NAT has made. */
function isTold(outcome: Outcome): boolean {
  return outcome === Outcome.TimeExceeded || outcome === Outcome.TooBig;
}

function named({ outcome, ...rest }: { outcome: number }): string {
  return `${Outcome[outcome]} ${JSON.stringify(rest)}`;
}
