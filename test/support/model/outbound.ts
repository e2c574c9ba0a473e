/** Outbound packets and hairpins that are no ICMP errors (docs/behaviour.md §3). */
import { Outcome, Protocol, Side } from "../../../assembly/abi.ts";
import type { Endpoint } from "../octets.ts";
import { ACK, type Datagram, FIN, RST, SYN } from "./datagram.ts";
import { type ChoosePort, type Decision, drop, type Dropped } from "./fate.ts";
import { forwardingFault } from "./forwarding.ts";
import { checkNoPort, checkPort } from "./ports.ts";
import { rewrite } from "./rewrite.ts";
import type { Mapping, State } from "./tables.ts";
import { receiveSegment, sendSegment, turnTo } from "./tcp.ts";

/** Carries a packet from an internal host outward, or back in when it goes to the external address. */
export function outbound(state: State, datagram: Datagram, choosePort: ChoosePort): Decision {
  const isHairpin = datagram.destination === state.settings.external;
  const target = isHairpin ? hairpinTarget(state, datagram) : undefined;
  if (isHairpin && !target) return drop(Outcome.NoMapping);
  const fault = forwardingFault(state.settings, datagram, Side.Internal);
  if (fault !== undefined) return drop(fault);

  const sender = mappingOfSender(state, datagram, choosePort);
  if (!("externalPort" in sender)) return sender;

  send(state, sender, datagram);
  const source = { address: state.settings.external, port: sender.externalPort };
  if (target) receive(state, target, source, datagram);
  const octets = datagram.octets.slice(0, datagram.totalLength);
  const change = target ? { source, destination: target.internal } : { source };
  rewrite(octets, change, datagram.hasBegunChecksum);
  return target
    ? { outcome: Outcome.Hairpin, side: Side.Internal, octets }
    : { outcome: Outcome.Outbound, side: Side.External, octets };
}

/** RFC 4787 REQ-9. There is no hairpin for ICMP queries; filtering does not apply. */
function hairpinTarget(state: State, datagram: Datagram): Mapping | undefined {
  const protocol = datagram.protocol!;
  return protocol === Protocol.Icmp ? undefined : state.liveOfPort(protocol, datagram.to.port);
}

/** The sender's mapping, made now if it has none that is live; or why it cannot be. */
function mappingOfSender(
  state: State,
  datagram: Datagram,
  choosePort: ChoosePort,
): Mapping | Dropped {
  const protocol = datagram.protocol!;
  const internal = datagram.from;
  const live = state.liveOfEndpoint(protocol, internal);
  if (live) return live;
  if (protocol === Protocol.Tcp && !opensConnection(datagram.tcpFlags)) return drop(Outcome.NotSyn);

  const externalPort = choosePort(internal);
  if (externalPort === undefined) {
    checkNoPort(state, protocol);
    return drop(Outcome.NoPort);
  }
  checkPort(state, protocol, internal, externalPort);
  const mapping: Mapping = {
    protocol,
    internal,
    externalPort,
    made: state.now,
    last: state.now,
    remote: remoteOf(datagram),
    phase: 0,
    sessions: new Map(),
  };
  state.table(protocol).add(mapping);
  return mapping;
}

function opensConnection(flags: number): boolean {
  return (flags & (SYN | ACK | RST | FIN)) === SYN;
}

function send(state: State, mapping: Mapping, datagram: Datagram): void {
  if (mapping.protocol === Protocol.Tcp) {
    sendSegment(state, mapping, remoteOf(datagram), datagram.tcpFlags);
    return;
  }
  turnTo(mapping, remoteOf(datagram));
  mapping.last = state.now;
}

/** The target of a hairpin receives from the sender's external endpoint. */
function receive(state: State, target: Mapping, source: Endpoint, datagram: Datagram): void {
  if (target.protocol === Protocol.Tcp) {
    receiveSegment(state, target, source, datagram.tcpFlags);
  } else if (state.settings.inboundRefresh) {
    target.last = state.now;
  }
}

/** Only TCP cares for the remote port. */
function remoteOf({ protocol, to }: Datagram): Endpoint {
  return protocol === Protocol.Tcp ? to : { address: to.address, port: 0 };
}
