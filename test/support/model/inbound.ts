/** Inbound packets that are no ICMP errors (docs/behaviour.md §6). */
import { Outcome, Protocol, Side } from "../../../assembly/abi.ts";
import type { Datagram } from "./datagram.ts";
import { type Decision, drop } from "./fate.ts";
import { forwardingFault } from "./forwarding.ts";
import { rewrite } from "./rewrite.ts";
import type { State } from "./tables.ts";
import { receiveSegment } from "./tcp.ts";

/** Carries a packet from a remote host to the internal endpoint whose mapping admits it. */
export function inbound(state: State, datagram: Datagram): Decision {
  const protocol = datagram.protocol!;
  const mapping = state.liveOfPort(protocol, datagram.to.port);
  if (!mapping) return drop(Outcome.NoMapping);
  if (!state.admits(mapping, datagram.source)) return drop(Outcome.Filtered);
  const fault = forwardingFault(state.settings, datagram, Side.External);
  if (fault !== undefined) return drop(fault);

  if (protocol === Protocol.Tcp) {
    receiveSegment(state, mapping, datagram.from, datagram.tcpFlags);
  } else if (state.settings.inboundRefresh) {
    mapping.last = state.now;
  }
  const octets = datagram.octets.slice(0, datagram.totalLength);
  rewrite(octets, { destination: mapping.internal }, datagram.hasBegunChecksum);
  return { outcome: Outcome.Inbound, side: Side.Internal, octets };
}
