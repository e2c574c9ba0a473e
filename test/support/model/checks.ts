/** The checks of docs/behaviour.md §2: the first that fails names the drop. */
import { Outcome, Protocol, Side } from "../../../assembly/abi.ts";
import { read16 } from "../octets.ts";
import { Datagram, ECHO, ECHO_REPLY, ERROR_TYPES, TIMESTAMP, TIMESTAMP_REPLY } from "./datagram.ts";
import type { Arrival } from "./fate.ts";
import type { Settings } from "./settings.ts";

interface Candidate {
  length: number;
  datagram: Datagram;
  side: Side;
  settings: Settings;
}

type Check = [outcome: Outcome, fails: (candidate: Candidate) => boolean];

const CHECKS: Check[] = [
  [Outcome.Truncated, ({ length }) => length < 20],
  [Outcome.NotIpv4, ({ datagram }) => datagram.version !== 4],
  [Outcome.HeaderLength, ({ datagram }) => datagram.headerLength < 20],
  [Outcome.TotalLength, ({ datagram, length }) => totalLengthIsWrong(datagram, length)],
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
  [Outcome.IcmpType, ({ datagram, side }) => icmpTypeIsWrong(datagram, side)],
];

/** Whether a packet is where it is said to be, and comes from somewhere. */
export function descriptorIsGood({ side, inside }: Arrival): boolean {
  return inside && (side === Side.Internal || side === Side.External);
}

/** The drop that a datagram meets before any state is looked at, if any. */
export function checkDatagram(
  datagram: Datagram,
  side: Side,
  settings: Settings,
): Outcome | undefined {
  const candidate = { length: datagram.octets.length, datagram, side, settings };
  return CHECKS.find(([, fails]) => fails(candidate))?.[0];
}

function totalLengthIsWrong({ totalLength, headerLength }: Datagram, present: number): boolean {
  return totalLength < headerLength || totalLength > present;
}

/** RFC 1812 §5.3.7: this network, loopback, multicast and reserved addresses. */
function isNoHost(address: number): boolean {
  const first = Math.floor(address / 0x1000000);
  return first === 0 || first === 127 || first >= 224;
}

function isInside(address: number, { network }: Settings): boolean {
  return ((address ^ network.address) & network.mask) === 0;
}

function isNetworkOrBroadcast(address: number, { network }: Settings): boolean {
  const hostPart = (address & ~network.mask) >>> 0;
  return hostPart === 0 || hostPart === ~network.mask >>> 0;
}

function sourceIsWrong({ datagram, side, settings }: Candidate): boolean {
  const { source } = datagram;
  if (isNoHost(source) || source === settings.external) return true;
  if (settings.network.mask === 0) return false;
  if (side === Side.External) return isInside(source, settings);
  return !isInside(source, settings) || isNetworkOrBroadcast(source, settings);
}

function destinationIsWrong({ datagram, side, settings }: Candidate): boolean {
  if (side !== Side.Internal) return false;
  if (isNoHost(datagram.destination)) return true;
  return settings.network.mask !== 0 && isInside(datagram.destination, settings);
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
