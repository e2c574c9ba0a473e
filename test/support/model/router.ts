/** Frames, of which the NAT is the router (docs/behaviour.md §8 to §10). */
import { HELD, Outcome, type Side } from "../../../assembly/abi.ts";
import { arpFate } from "./arp.ts";
import { MIN_HEADER } from "./checks.ts";
import { Datagram } from "./datagram.ts";
import { decide } from "./decide.ts";
import { type Arrival, type ChoosePort, drop, type Fate, isTranslated } from "./fate.ts";
import { ARP, ETHERNET_HEADER, Frame, IPV4, ROOM } from "./frame.ts";
import { leave } from "./leave.ts";
import { setTimeToLive } from "./rewrite.ts";
import type { State } from "./tables.ts";
import { tell } from "./told.ts";
import { headerLength, offloadOf } from "./virtio.ts";

/** Octets behind the header of the shortest frame. */
const MIN_PAYLOAD = 46;

export function frameFate(state: State, { octets, side }: Arrival, choosePort: ChoosePort): Fate {
  const { settings } = state;
  const front = ROOM + headerLength(settings) + ETHERNET_HEADER;
  if (octets.length < front + MIN_HEADER) return drop(Outcome.Truncated);
  const frame = new Frame(octets.slice(ROOM), settings);
  if (side >= HELD) return leave(state, Outcome.Released, side - HELD, frame);
  if (!isForStation(frame, settings.router!.links[side as Side].station)) {
    return drop(Outcome.OtherStation);
  }
  if (frame.type === ARP) return arpFate(state, frame, side);
  if (frame.type !== IPV4) return drop(Outcome.NotIpv4);
  return routed(state, frame, side, choosePort);
}

function isForStation({ destination, type }: Frame, own: Uint8Array): boolean {
  const isBroadcast = destination.every((octet) => octet === 0xff);
  return Buffer.compare(destination, own) === 0 || (type === ARP && isBroadcast);
}

/** Decides about the datagram in the frame, and puts what becomes of it in its place. */
function routed(state: State, frame: Frame, side: Side, choosePort: ChoosePort): Fate {
  const { settings } = state;
  const offload = offloadOf(frame.octets, settings, ETHERNET_HEADER);
  const datagram = new Datagram(frame.payload, offload);
  const decision = decide(state, datagram, side, choosePort);
  if (isTranslated(decision)) {
    const { outcome, octets } = decision;
    // An answer has a TTL of its own.
    if (outcome !== Outcome.Echo) setTimeToLive(octets, datagram.timeToLive - 1);
    frame.payload.set(octets);
    // RFC 894: only what is too short for Ethernet is padded.
    const payload = Math.max(octets.length, Math.min(frame.payload.length, MIN_PAYLOAD));
    const length = frame.octets.length - frame.payload.length + payload;
    const cut = new Frame(frame.octets.subarray(0, length), settings);
    return leave(state, outcome, decision.side, cut);
  }
  const { outcome } = decision;
  const isTold = outcome === Outcome.TimeExceeded || outcome === Outcome.TooBig;
  return isTold ? tell(state, datagram, side, outcome) : decision;
}
