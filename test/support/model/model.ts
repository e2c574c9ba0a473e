/**
 * The independent witness: what docs/behaviour.md and the RFCs say a NAT does, written as plainly
 * as possible and without a look at the core. The fuzz tests compare the two.
 */
import { OUTCOMES, Outcome, Side } from "../../../assembly/abi.ts";
import { joined } from "../octets.ts";
import { checkDatagram, descriptorIsGood } from "./checks.ts";
import { Datagram } from "./datagram.ts";
import { type Arrival, type ChoosePort, drop, type Fate, isForwarded } from "./fate.ts";
import { icmpError } from "./icmp-error.ts";
import { inbound } from "./inbound.ts";
import { outbound } from "./outbound.ts";
import type { Settings } from "./settings.ts";
import { State } from "./tables.ts";
import { headerLength, unfinishedIn } from "./virtio.ts";

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
    if (!descriptorIsGood(arrival)) return drop(Outcome.BadDescriptor);
    const { settings } = this.state;
    const { octets, side } = arrival;
    const header = octets.subarray(0, headerLength(settings));
    if (header.length < headerLength(settings)) return drop(Outcome.Truncated);
    const packet = octets.subarray(header.length);
    const datagram = new Datagram(packet, unfinishedIn(octets, settings));
    const fate = this.#fateOfDatagram(datagram, side as Side, choosePort);
    return isForwarded(fate) ? { ...fate, octets: joined(header, fate.octets) } : fate;
  }

  #fateOfDatagram(datagram: Datagram, side: Side, choosePort: ChoosePort): Fate {
    const fault = checkDatagram(datagram, side, this.state.settings);
    if (fault !== undefined) return drop(fault);
    if (datagram.isIcmpError) return icmpError(this.state, datagram, side);
    if (side === Side.External) return inbound(this.state, datagram);
    return outbound(this.state, datagram, choosePort);
  }
}
