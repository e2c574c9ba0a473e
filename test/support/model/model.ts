/**
 * The independent witness: what docs/behaviour.md and the RFCs say a NAT does, written as plainly
 * as possible and without a look at the core. The fuzz tests compare the two.
 */
import { OUTCOMES, Outcome } from "../../../assembly/abi.ts";
import { descriptorIsGood } from "./checks.ts";
import { type Arrival, type ChoosePort, drop, type Fate } from "./fate.ts";
import { packetFate } from "./packet.ts";
import { frameFate } from "./router.ts";
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
    const { settings } = this.state;
    if (!descriptorIsGood(arrival, settings)) return drop(Outcome.BadDescriptor);
    if (settings.router) return frameFate(this.state, arrival, choosePort);
    return packetFate(this.state, arrival, choosePort);
  }
}
