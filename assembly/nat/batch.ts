/** A batch: each descriptor's packet in turn, its fate written into the descriptor and counted. */
import { FIRST_DROP, OUTCOMES, Outcome, Side, VIRTIO_HEADER, Verdict } from "../abi";
import { COUNTERS } from "../layout";
import { Ipv4 } from "../wire/ipv4";
import { NOTHING, Virtio } from "../wire/virtio";
import { Descriptor, sideOf } from "./descriptor";
import { translate } from "./packet";
import * as router from "./router";
import { hasVirtioHeader, isReady, isRouter } from "./settings";

/** Decides the fate of the packet of one descriptor. */
export function decide(index: u32): void {
  const descriptor = Descriptor.at(index);
  const areFrames = isRouter();
  const outcome = areFrames ? router.outcomeOf(descriptor) : outcomeOf(descriptor);
  count(outcome);
  const verdict = areFrames ? router.leave(descriptor, outcome) : leave(descriptor, outcome);
  descriptor.fate = verdict | (outcome << 8);
}

function outcomeOf(descriptor: Descriptor): u32 {
  const length = descriptor.length;
  const side = descriptor.side;
  const hint = descriptor.fate;
  if (!descriptor.isInside || side > <u32>Side.External) return Outcome.BadDescriptor;
  if (!isReady()) return Outcome.NotConfigured;
  const packet = descriptor.start;
  if (!hasVirtioHeader()) return translate(packet, length, side, NOTHING, 0, hint);
  if (length < VIRTIO_HEADER) return Outcome.Truncated;
  const unfinished = Virtio.at(packet).unfinished;
  return translate(packet + VIRTIO_HEADER, length - VIRTIO_HEADER, side, unfinished, 0, hint);
}

/** Where packets are datagrams they leave without what was behind them. */
function leave(descriptor: Descriptor, outcome: u32): Verdict {
  if (outcome >= FIRST_DROP) return Verdict.Drop;
  const header: u32 = hasVirtioHeader() ? VIRTIO_HEADER : 0;
  descriptor.length = header + Ipv4.at(descriptor.start + header).totalLength;
  descriptor.side = sideOf(outcome, descriptor.side);
  return Verdict.Forward;
}

function count(outcome: u32): void {
  const counter = COUNTERS + ((<usize>outcome) << 3);
  store<u64>(counter, load<u64>(counter) + 1);
}

if (Outcome.SessionTableFull + 1 != OUTCOMES) ERROR("OUTCOMES is not the number of outcomes");
if (<u32>Outcome.BadDescriptor != FIRST_DROP) ERROR("FIRST_DROP is not the first drop");
