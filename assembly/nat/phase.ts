/**
 * What a TCP mapping's connection has shown so far, as a set of `Phase` bits (after the state
 * machine of RFC 6146 §3.5.2, which RFC 7857 §2 recommends for NAT44). docs/behaviour.md §5.
 */
import { Phase } from "../abi";
import { ACK, FIN, RST, SYN } from "../wire/tcp";

const BOTH_SYN: u32 = Phase.SynOut | Phase.SynIn;
const BOTH_FIN: u32 = Phase.FinOut | Phase.FinIn;

/** Whether the connection has ended. One of several on a shared mapping says nothing of the others. */
export function isClosed(phase: u32): bool {
  const ended = (phase & Phase.Reset) != 0 || (phase & BOTH_FIN) == BOTH_FIN;
  return ended && (phase & Phase.Shared) == 0;
}

/** Whether the established lifetime holds; the transitory one otherwise (RFC 5382 REQ-5). */
export function isEstablished(phase: u32): bool {
  return (phase & BOTH_SYN) == BOTH_SYN && !isClosed(phase);
}

/** The phase before an outbound segment takes effect: a new connection may begin with it. */
export function beforeOutbound(phase: u32, flags: u32, isSameRemote: bool): u32 {
  const isOver = phase == 0 || isClosed(phase);
  // With ACK it answers a remote that has opened the closed connection again.
  const opens = (flags & (SYN | RST)) == SYN;
  if (isOver && (opens || !isSameRemote)) return 0;
  return isSameRemote ? phase : phase | Phase.Shared;
}

export function afterOutbound(phase: u32, flags: u32): u32 {
  return after(phase, flags, Phase.SynOut, Phase.FinOut);
}

export function afterInbound(phase: u32, flags: u32): u32 {
  return after(phase, flags, Phase.SynIn, Phase.FinIn);
}

function after(phase: u32, flags: u32, syn: u32, fin: u32): u32 {
  const alive = phase & ~Phase.Reset;
  if ((flags & RST) != 0) return alive | Phase.Reset;
  // A SYN that acknowledges has seen the other side's SYN.
  const syns = select<u32>(BOTH_SYN, syn, (flags & ACK) != 0);
  return alive | select<u32>(syns, 0, (flags & SYN) != 0) | select<u32>(fin, 0, (flags & FIN) != 0);
}
