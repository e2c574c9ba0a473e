/** Onto the link: the next hop of a datagram, and its Ethernet address (docs/behaviour.md §8). */
import { Side, Verdict } from "../abi";
import { Ethernet } from "../wire/ethernet";
import { be32 } from "../wire/order";
import * as neighbours from "./neighbours";
import { gateway, isInExternalNetwork, ownStation } from "./settings";

/** Addresses a frame to the next hop towards `destination`, or else to whom has to be asked for. */
export function send(frame: usize, side: u32, destination: be32): Verdict {
  const isOnLink = side == Side.Internal || isInExternalNetwork(destination);
  const hop = isOnLink ? destination : gateway();
  const station = neighbours.find(side, hop);
  const isKnown = station != neighbours.UNKNOWN;
  Ethernet.at(frame).address(isKnown ? station : (<u64>hop) << 16, ownStation(side));
  return isKnown ? Verdict.Forward : Verdict.Resolve;
}
