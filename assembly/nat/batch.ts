/** A batch: each descriptor's packet in turn, its fate written into the descriptor and counted. */
import { FIRST_DROP, OUTCOMES, Outcome, PACKET_AREA, Side, VIRTIO_HEADER, Verdict } from "../abi";
import { COUNTERS, PACKETS } from "../layout";
import { Ipv4 } from "../wire/ipv4";
import { NOTHING, Virtio } from "../wire/virtio";
import { Descriptor } from "./descriptor";
import { translate } from "./packet";
import { hasVirtioHeader, isReady } from "./settings";

/** Decides the fate of the packet of one descriptor. */
export function decide(index: u32): void {
  const descriptor = Descriptor.at(index);
  const outcome = outcomeOf(descriptor);
  count(outcome);
  if (outcome >= FIRST_DROP) {
    descriptor.fate = Verdict.Drop | (outcome << 8);
    return;
  }
  const header: u32 = hasVirtioHeader() ? VIRTIO_HEADER : 0;
  const ip = Ipv4.at(PACKETS + descriptor.offset + header);
  descriptor.length = header + ip.totalLength;
  descriptor.side = outcome == Outcome.Outbound ? Side.External : Side.Internal;
  descriptor.fate = Verdict.Forward | (outcome << 8);
}

function outcomeOf(descriptor: Descriptor): u32 {
  const offset = descriptor.offset;
  const length = descriptor.length;
  const side = descriptor.side;
  const hint = descriptor.fate;
  if (length > PACKET_AREA || offset > PACKET_AREA - length || side > <u32>Side.External) {
    return Outcome.BadDescriptor;
  }
  if (!isReady()) return Outcome.NotConfigured;
  const packet = PACKETS + offset;
  if (!hasVirtioHeader()) return translate(packet, length, side, NOTHING, hint);
  if (length < VIRTIO_HEADER) return Outcome.Truncated;
  const unfinished = Virtio.at(packet).unfinished;
  return translate(packet + VIRTIO_HEADER, length - VIRTIO_HEADER, side, unfinished, hint);
}

function count(outcome: u32): void {
  const counter = COUNTERS + ((<usize>outcome) << 3);
  store<u64>(counter, load<u64>(counter) + 1);
}

if (Outcome.SessionTableFull + 1 != OUTCOMES) ERROR("OUTCOMES is not the number of outcomes");
if (<u32>Outcome.BadDescriptor != FIRST_DROP) ERROR("FIRST_DROP is not the first drop");
