/**
 * ICMP errors that the NAT makes itself, as the router it is (docs/behaviour.md §8; RFC 792,
 * RFC 1812 §4.3, RFC 1191).
 */
import { Outcome, Side } from "../../../assembly/abi.ts";
import { internetChecksum } from "../checksum.ts";
import { joined, write16, write32 } from "../octets.ts";
import type { Datagram } from "./datagram.ts";
import { drop, type Fate } from "./fate.ts";
import { ETHERNET_HEADER, Frame, IPV4 } from "./frame.ts";
import { linkTowards } from "./forwarding.ts";
import { leave } from "./leave.ts";
import type { State } from "./tables.ts";
import { headerLength } from "./virtio.ts";

type Fault = Outcome.TimeExceeded | Outcome.TooBig;

const IP_HEADER = 20;
const ICMP_HEADER = 8;
const ICMP = 1;
const TIME_TO_LIVE = 64;

/** RFC 1812 §4.3.2.3: an error has at most 576 octets. */
const MAX_QUOTED = 548;

/** Errors that may be sent at once; in the long run, one a millisecond. */
const BURST = 50;

/** The error about a datagram that cannot be forwarded, in its place; or a drop without a word. */
export function tell(state: State, datagram: Datagram, side: Side, outcome: Fault): Fate {
  if (datagram.isIcmpError) return drop(outcome);
  // A packet that may be fragmented is not refused for its size.
  if (outcome === Outcome.TooBig && !datagram.dontFragment) return drop(outcome);
  if (!mayTell(state)) return drop(outcome);

  const { settings } = state;
  const headers = new Uint8Array(headerLength(settings) + ETHERNET_HEADER);
  const error = errorDatagram(state, datagram, side, outcome);
  const frame = new Frame(joined(headers, error), settings);
  frame.type = IPV4;
  return { ...leave(state, outcome, side, frame), begin: 0 };
}

/** Whether the rate of errors allows another, which is counted then. */
function mayTell(state: State): boolean {
  const due = Math.max(state.quiet, state.now) + 1;
  if (due > state.now + BURST) return false;
  state.quiet = due;
  return true;
}

function errorDatagram(state: State, about: Datagram, side: Side, outcome: Fault): Uint8Array {
  const { external, router } = state.settings;
  const message = icmpMessage(state, about, side, outcome);
  const header = new Uint8Array(IP_HEADER);
  header[0] = 0x45;
  // RFC 1812 §4.3.2.5: precedence 6, internetwork control; the type of service is the packet's.
  header[1] = (6 << 5) | (about.octets[1]! & 0b0001_1100);
  write16(header, 2, IP_HEADER + message.length);
  header[8] = TIME_TO_LIVE;
  header[9] = ICMP;
  write32(header, 12, side === Side.External ? external : router!.internal);
  write32(header, 16, about.source);
  write16(header, 10, internetChecksum(header));
  return joined(header, message);
}

function icmpMessage(state: State, about: Datagram, side: Side, outcome: Fault): Uint8Array {
  const quoted = about.octets.subarray(0, Math.min(about.totalLength, MAX_QUOTED));
  const message = joined(new Uint8Array(ICMP_HEADER), quoted);
  if (outcome === Outcome.TimeExceeded) {
    message[0] = 11;
  } else {
    message[0] = 3;
    message[1] = 4;
    write16(message, 6, linkTowards(state.settings, side, about.destination).mtu);
  }
  write16(message, 2, internetChecksum(message));
  return message;
}
