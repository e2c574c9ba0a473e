/** Packets that are not frames: a datagram, perhaps behind a virtio header (docs/behaviour.md §1). */
import { Outcome, type Side, Verdict } from "../../../assembly/abi.ts";
import { joined } from "../octets.ts";
import { MIN_HEADER } from "./checks.ts";
import { Datagram } from "./datagram.ts";
import { decide } from "./decide.ts";
import { type Arrival, type ChoosePort, drop, type Fate, isTranslated } from "./fate.ts";
import type { State } from "./tables.ts";
import { headerLength, offloadOf } from "./virtio.ts";

export function packetFate(state: State, { octets, side }: Arrival, choosePort: ChoosePort): Fate {
  const { settings } = state;
  const front = headerLength(settings);
  if (octets.length < front + MIN_HEADER) return drop(Outcome.Truncated);
  const datagram = new Datagram(octets.subarray(front), offloadOf(octets, settings));
  const decision = decide(state, datagram, side as Side, choosePort);
  if (!isTranslated(decision)) return decision;
  const left = joined(octets.subarray(0, front), decision.octets);
  return { ...decision, verdict: Verdict.Forward, octets: left, begin: 0 };
}
