/** A descriptor: what the host says of a packet, and is told of it. */
import { Outcome, PACKET_AREA, Side } from "../abi";
import { DESCRIPTORS, PACKETS } from "../layout";

@unmanaged
export class Descriptor {
  /** Octets from PACKETS. */
  offset: u32;
  /** Octets, with all that is before the datagram. */
  length: u32;
  side: u32;
  /** `verdict | outcome << 8`; until then, a guess at the packet's mapping (ahead.ts). */
  fate: u32;

  static at(index: u32): Descriptor {
    return changetype<Descriptor>(DESCRIPTORS + ((<usize>index) << 4));
  }

  get start(): usize {
    return PACKETS + this.offset;
  }

  /** Whether the packet lies in the packet area. */
  get isInside(): bool {
    const length = this.length;
    return length <= PACKET_AREA && this.offset <= PACKET_AREA - length;
  }
}

/** The side by which a packet leaves that is forwarded, and came from `side`. */
export function sideOf(outcome: u32, side: u32): u32 {
  if (outcome == Outcome.Outbound) return Side.External;
  return outcome <= <u32>Outcome.Hairpin ? Side.Internal : side & 1;
}
