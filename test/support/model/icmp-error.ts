/** ICMP errors about translated packets (docs/behaviour.md §7; RFC 3022 §4.3, RFC 5508 §4). */
import { Outcome, Protocol, Side } from "../../../assembly/abi.ts";
import { onesComplementSum } from "../checksum.ts";
import { Datagram, ECHO, ECHO_REPLY, TIMESTAMP, TIMESTAMP_REPLY } from "./datagram.ts";
import { type Decision, drop, type Translated } from "./fate.ts";
import { forwardingFault } from "./forwarding.ts";
import { type Change, readdress, rewrite, updateIcmpChecksum } from "./rewrite.ts";
import type { State } from "./tables.ts";

const QUERY_TYPES = [ECHO_REPLY, ECHO, TIMESTAMP, TIMESTAMP_REPLY];
const ICMP_HEADER = 8;

/** How an error is rewritten, outside and in what it quotes. */
interface Plan {
  outcome: Translated["outcome"];
  side: Side;
  outer: Change;
  embedded: Change;
}

/** Carries an ICMP error. Whatever comes of it, no mapping changes (RFC 5508 REQ-6). */
export function icmpError(state: State, outer: Datagram, side: Side): Decision {
  if (onesComplementSum(outer.payload) !== 0xffff) return drop(Outcome.IcmpChecksum);
  const quoted = quotedOctets(outer);
  if (!embeddedHeaderIsGood(quoted)) return drop(Outcome.EmbeddedHeader);
  const embedded = new Datagram(quoted);
  if (embedded.fragmentOffset !== 0) return drop(Outcome.EmbeddedFragment);
  if (!embeddedProtocolIsGood(embedded)) return drop(Outcome.EmbeddedProtocol);
  // RFC 5508 §4: an error goes to the sender of the packet it is about.
  const sender = side === Side.External ? state.settings.external : outer.destination;
  if (embedded.source !== sender) return drop(Outcome.EmbeddedAddresses);
  const isHairpin = side === Side.Internal && outer.destination === state.settings.external;
  if (isHairpin && embedded.protocol === Protocol.Icmp) return drop(Outcome.EmbeddedProtocol);
  const plan =
    side === Side.External
      ? inboundPlan(state, embedded)
      : outboundPlan(state, embedded, isHairpin);
  if (!plan) return drop(Outcome.NoMapping);
  const fault = forwardingFault(state.settings, outer, side);
  return fault === undefined ? carried(outer, plan) : drop(fault);
}

/** What is quoted of the datagram the error is about: a view (RFC 4884 §4). */
function quotedOctets({ payload }: Datagram): Uint8Array {
  const available = payload.length - ICMP_HEADER;
  const words = payload[5]!;
  const quoted = words === 0 ? available : Math.min(available, 4 * words);
  return payload.subarray(ICMP_HEADER, ICMP_HEADER + quoted);
}

function embeddedHeaderIsGood(quoted: Uint8Array): boolean {
  if (quoted.length < 20) return false;
  const { version, headerLength, totalLength, headerSumIsRight } = new Datagram(quoted);
  if (version !== 4 || headerLength < 20) return false;
  const needed = headerLength + 8;
  return needed <= quoted.length && needed <= totalLength && headerSumIsRight;
}

function embeddedProtocolIsGood({ protocol, icmpType }: Datagram): boolean {
  if (protocol === undefined) return false;
  return protocol !== Protocol.Icmp || QUERY_TYPES.includes(icmpType);
}

/** The error is about a packet that an internal host sent. */
function inboundPlan(state: State, embedded: Datagram): Plan | undefined {
  const mapping = state.liveOfPort(embedded.protocol!, embedded.from.port);
  if (!mapping) return undefined;
  return {
    outcome: Outcome.Inbound,
    side: Side.Internal,
    outer: { destination: mapping.internal },
    embedded: { source: mapping.internal },
  };
}

/** The error is about a packet that an internal host received. */
function outboundPlan(state: State, embedded: Datagram, isHairpin: boolean): Plan | undefined {
  const protocol = embedded.protocol!;
  const receiver = state.liveOfEndpoint(protocol, embedded.to);
  if (!receiver) return undefined;
  const destination = { address: state.settings.external, port: receiver.externalPort };
  const outer = { source: destination };
  if (!isHairpin) {
    return { outcome: Outcome.Outbound, side: Side.External, outer, embedded: { destination } };
  }
  const sender = state.liveOfPort(protocol, embedded.from.port);
  if (!sender) return undefined;
  return {
    outcome: Outcome.Hairpin,
    side: Side.Internal,
    outer: { ...outer, destination: sender.internal },
    embedded: { destination, source: sender.internal },
  };
}

function carried(outer: Datagram, { outcome, side, ...changes }: Plan): Translated {
  const octets = outer.octets.slice(0, outer.totalLength);
  const copy = new Datagram(octets);
  const quoted = quotedOctets(copy);
  const held = Math.min(quoted.length, new Datagram(quoted).totalLength);
  const words = rewrite(quoted.subarray(0, held), changes.embedded);
  updateIcmpChecksum(octets, copy.headerLength, words);
  readdress(octets, changes.outer);
  return { outcome, side, octets };
}
