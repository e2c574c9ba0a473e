/**
 * The independent witness: what docs/behaviour.md and the RFCs say a NAT does, written as plainly
 * as possible and without a look at the core. The fuzz tests compare the two.
 */
import { OUTCOMES, Side } from "../../../assembly/abi.ts";
import { checkArrival } from "./checks.ts";
import { Datagram } from "./datagram.ts";
import { type Arrival, type ChoosePort, drop, type Fate } from "./fate.ts";
import { icmpError } from "./icmp-error.ts";
import { inbound } from "./inbound.ts";
import { outbound } from "./outbound.ts";
import type { Settings } from "./settings.ts";
import { State } from "./tables.ts";

/** The greatest time the clock can show, in milliseconds. */
const LATEST = 2 ** 42 - 1;

export class Model {
  readonly state: State;

  /** Packets by outcome. */
  readonly counters: number[] = new Array<number>(OUTCOMES).fill(0);

  constructor(settings: Settings) {
    this.state = new State(settings);
  }

  /** Reads the clock, once for each batch: it never goes back. */
  readClock(given: number): void {
    this.state.now = Math.min(LATEST, Math.max(this.state.now, given));
  }

  /** Says what becomes of a packet, and does it. Throws `IllegalChoice`. */
  translate(arrival: Arrival, choosePort: ChoosePort): Fate {
    const fate = this.#fateOf(arrival, choosePort);
    this.counters[fate.outcome]! += 1;
    return fate;
  }

  #fateOf(arrival: Arrival, choosePort: ChoosePort): Fate {
    const fault = checkArrival(arrival, this.state.settings);
    if (fault !== undefined) return drop(fault);
    const datagram = new Datagram(arrival.octets);
    if (datagram.isIcmpError) return icmpError(this.state, datagram, arrival.side as Side);
    if (arrival.side === Side.External) return inbound(this.state, datagram);
    return outbound(this.state, datagram, choosePort);
  }
}
