/** A batch: each descriptor's packet in turn, its fate written into the descriptor and counted. */
import {
  ETHERNET_HEADER,
  FIRST_DROP,
  HELD,
  OUTCOMES,
  Outcome,
  Side,
  VIRTIO_HEADER,
  Verdict,
} from "../abi";
import { COUNTERS, PACKETS } from "../layout";
import { Ipv4, MIN_HEADER } from "../wire/ipv4";
import { NOTHING, Virtio, behind } from "../wire/virtio";
import { Descriptor, isInside, sideOf } from "./descriptor";
import { translate } from "./packet";
import * as router from "./router";
import { before, hasVirtioHeader, isReady, isRouter } from "./settings";

/** Decides the fate of the packet of one descriptor. */
export function decide(index: u32): void {
  const descriptor = Descriptor.at(index);
  const outcome = outcomeOf(descriptor);
  count(outcome);
  const verdict = isRouter() ? router.leave(descriptor, outcome) : leave(descriptor, outcome);
  descriptor.fate = verdict | (outcome << 8);
}

function outcomeOf(descriptor: Descriptor): u32 {
  const offset = descriptor.offset;
  const length = descriptor.length;
  const side = descriptor.side;
  const hint = descriptor.fate;
  const lastSide: u32 = isRouter() ? HELD | Side.External : Side.External;
  if (!isInside(offset, length) || side > lastSide) return Outcome.BadDescriptor;
  if (!isReady()) return Outcome.NotConfigured;
  const headers = before();
  if (length < headers + MIN_HEADER) return Outcome.Truncated;
  const packet = PACKETS + offset + headers;
  const octets = length - headers;
  return isRouter()
    ? outcomeOfFrame(packet, octets, side, hint)
    : outcomeOfDatagram(packet, octets, side, hint);
}

function outcomeOfDatagram(packet: usize, octets: u32, side: u32, hint: u32): u32 {
  if (!hasVirtioHeader()) return translate(packet, octets, side, NOTHING, 0, hint);
  const virtio = Virtio.at(packet - VIRTIO_HEADER);
  return translate(packet, octets, side, virtio.unfinished, virtio.segment, hint);
}

function outcomeOfFrame(packet: usize, octets: u32, side: u32, hint: u32): u32 {
  const outcome = router.arrive(packet, octets, side);
  if (outcome != router.SOUND) return outcome;
  if (!hasVirtioHeader()) return translate(packet, octets, side, NOTHING, 0, hint);
  const virtio = Virtio.at(packet - ETHERNET_HEADER - VIRTIO_HEADER);
  const unfinished = behind(virtio.unfinished, ETHERNET_HEADER);
  return translate(packet, octets, side, unfinished, virtio.segment, hint);
}

/** Where packets are datagrams they leave without what was behind them. */
function leave(descriptor: Descriptor, outcome: u32): Verdict {
  if (outcome >= FIRST_DROP) return Verdict.Drop;
  const headers = before();
  descriptor.length = headers + Ipv4.at(descriptor.start + headers).totalLength;
  descriptor.side = sideOf(outcome, descriptor.side);
  return Verdict.Forward;
}

function count(outcome: u32): void {
  const counter = COUNTERS + ((<usize>outcome) << 3);
  store<u64>(counter, load<u64>(counter) + 1);
}

if (Outcome.SessionTableFull + 1 != OUTCOMES) ERROR("OUTCOMES is not the number of outcomes");
if (<u32>Outcome.BadDescriptor != FIRST_DROP) ERROR("FIRST_DROP is not the first drop");
