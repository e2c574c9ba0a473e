/** A batch: each descriptor's packet in turn, its fate written into the descriptor and counted. */
import { FIRST_DROP, MAX_PACKET, OUTCOMES, Outcome, Side, Verdict } from "../abi";
import { COUNTERS, DESCRIPTORS, PACKETS, PACKETS_SIZE } from "../layout";
import { Ipv4 } from "../wire/ipv4";
import { translate } from "./packet";
import { isReady } from "./settings";

@unmanaged
class Descriptor {
  /** Octets from PACKETS. */
  offset: u32;
  /** Octets. */
  length: u32;
  side: u32;
  /** `verdict | outcome << 8`. */
  fate: u32;

  static at(index: u32): Descriptor {
    return changetype<Descriptor>(DESCRIPTORS + ((<usize>index) << 4));
  }
}

/** Decides the fate of the packet of one descriptor. */
export function decide(index: u32): void {
  const descriptor = Descriptor.at(index);
  const outcome = outcomeOf(descriptor);
  count(outcome);
  if (outcome >= FIRST_DROP) {
    descriptor.fate = Verdict.Drop | (outcome << 8);
    return;
  }
  descriptor.length = Ipv4.at(PACKETS + descriptor.offset).totalLength;
  descriptor.side = outcome == Outcome.Outbound ? Side.External : Side.Internal;
  descriptor.fate = Verdict.Forward | (outcome << 8);
}

function outcomeOf(descriptor: Descriptor): u32 {
  const offset = descriptor.offset;
  const length = descriptor.length;
  const side = descriptor.side;
  if (length > MAX_PACKET || offset > PACKETS_SIZE - length || side > <u32>Side.External) {
    return Outcome.BadDescriptor;
  }
  if (!isReady()) return Outcome.NotConfigured;
  return translate(PACKETS + offset, length, side);
}

function count(outcome: u32): void {
  const counter = COUNTERS + ((<usize>outcome) << 3);
  store<u64>(counter, load<u64>(counter) + 1);
}

if (Outcome.SessionTableFull + 1 != OUTCOMES) ERROR("OUTCOMES is not the number of outcomes");
if (<u32>Outcome.BadDescriptor != FIRST_DROP) ERROR("FIRST_DROP is not the first drop");
