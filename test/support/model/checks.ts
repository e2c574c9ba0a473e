/** The checks of docs/behaviour.md §2: the first that fails names the drop. */
import { Outcome, Protocol, Side } from "../../../assembly/abi.ts";
import { read16 } from "../octets.ts";
import { Datagram, ECHO, ECHO_REPLY, ERROR_TYPES, TIMESTAMP, TIMESTAMP_REPLY } from "./datagram.ts";
import { isHostOf, isInside, isUnicast } from "./addresses.ts";
import type { Arrival } from "./fate.ts";
import type { Settings } from "./settings.ts";

interface Candidate {
  datagram: Datagram;
  side: Side;
  settings: Settings;
}

type Check = [outcome: Outcome, fails: (candidate: Candidate) => boolean];

/** The shortest header (RFC 791 §3.1), in octets. */
export const MIN_HEADER = 20;

const CHECKS: Check[] = [
  [Outcome.NotIpv4, ({ datagram }) => datagram.version !== 4],
  [Outcome.HeaderLength, ({ datagram }) => datagram.headerLength < 20],
  [Outcome.TotalLength, ({ datagram }) => totalLengthIsWrong(datagram)],
  [Outcome.HeaderChecksum, ({ datagram }) => !datagram.headerSumIsRight],
  [Outcome.Fragment, ({ datagram }) => datagram.moreFragments || datagram.fragmentOffset !== 0],
  [Outcome.SourceAddress, sourceIsWrong],
  [Outcome.DestinationAddress, destinationIsWrong],
  [
    Outcome.NotExternalAddress,
    ({ datagram, side, settings }) =>
      side === Side.External && datagram.destination !== settings.external,
  ],
  [Outcome.UnsupportedProtocol, ({ datagram }) => datagram.protocol === undefined],
  [Outcome.TransportTruncated, ({ datagram }) => transportIsTruncated(datagram)],
  [Outcome.UdpLength, ({ datagram }) => udpLengthIsWrong(datagram)],
  [Outcome.TcpOffset, ({ datagram }) => tcpOffsetIsWrong(datagram)],
  [Outcome.PartialChecksum, ({ datagram }) => datagram.hasStrangeChecksum],
];

/** Whether a packet is where it is said to be, and comes from somewhere. */
export function descriptorIsGood({ side, inside }: Arrival, { router }: Settings): boolean {
  const sides = router ? 4 : 2;
  return inside && side >= 0 && side < sides;
}

/** The drop that a datagram meets before anything is asked but whether it is one, if any. */
export function checkDatagram(
  datagram: Datagram,
  side: Side,
  settings: Settings,
): Outcome | undefined {
  const candidate = { datagram, side, settings };
  return CHECKS.find(([, fails]) => fails(candidate))?.[0];
}

/** The drop of a datagram that is not answered and, from what is known of it alone, not translated. */
export function checkTranslatable(
  datagram: Datagram,
  side: Side,
  settings: Settings,
): Outcome | undefined {
  if (datagram.destination === settings.router?.internal) return Outcome.DestinationAddress;
  return icmpTypeIsWrong(datagram, side) ? Outcome.IcmpType : undefined;
}

function totalLengthIsWrong({ totalLength, headerLength, octets }: Datagram): boolean {
  return totalLength < headerLength || totalLength > octets.length;
}

function sourceIsWrong({ datagram: { source }, side, settings }: Candidate): boolean {
  const { network, router } = settings;
  if (!isUnicast(source) || source === settings.external) return true;
  if (network.mask === 0) return false;
  if (side === Side.External) return isInside(source, network);
  return !isHostOf(source, network) || source === router?.internal;
}

function destinationIsWrong({ datagram, side, settings }: Candidate): boolean {
  const { destination } = datagram;
  const { network, router } = settings;
  if (side !== Side.Internal) return false;
  if (!isUnicast(destination)) return true;
  if (network.mask === 0 || destination === router?.internal) return false;
  return isInside(destination, network);
}

function transportIsTruncated({ protocol, payload }: Datagram): boolean {
  return payload.length < (protocol === Protocol.Tcp ? 20 : 8);
}

function udpLengthIsWrong({ protocol, payload }: Datagram): boolean {
  if (protocol !== Protocol.Udp) return false;
  const length = read16(payload, 4);
  return length < 8 || length > payload.length;
}

function tcpOffsetIsWrong({ protocol, payload }: Datagram): boolean {
  if (protocol !== Protocol.Tcp) return false;
  const words = payload[12]! >>> 4;
  return words < 5 || words * 4 > payload.length;
}

function icmpTypeIsWrong({ protocol, payload }: Datagram, side: Side): boolean {
  if (protocol !== Protocol.Icmp) return false;
  const queries = side === Side.Internal ? [ECHO, TIMESTAMP] : [ECHO_REPLY, TIMESTAMP_REPLY];
  return ![...queries, ...ERROR_TYPES].includes(payload[0]!);
}
