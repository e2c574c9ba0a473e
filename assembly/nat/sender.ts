/**
 * The mapping of a packet's internal sender: found and brought up to date, or made
 * (docs/behaviour.md §3, §5). Outbound packets and hairpins pass through here alike.
 */
import { Outcome, Protocol } from "../abi";
import { Ipv4 } from "../wire/ipv4";
import { be16, be32 } from "../wire/order";
import { ACK, FIN, RST, SYN } from "../wire/tcp";
import { allocate, begin } from "./allocation";
import { Mapping, NONE, isLive, recall, refresh, ringOf } from "./mappings";
import { afterOutbound, beforeOutbound } from "./phase";
import { keepRemote } from "./sessions";
import * as transport from "./transport";

/**
 * The sender's mapping, or minus the outcome that drops the packet with nothing changed. `hint` may
 * be any number, and saves the search if it is the mapping's.
 */
export function senderMapping(ip: Ipv4, protocol: u32, header: usize, hint: u32): i32 {
  const port = transport.sourcePort(protocol, header);
  const flags = transport.flags(protocol, header);
  const isTcp = protocol == Protocol.Tcp;
  const remotePort = isTcp ? transport.destinationPort(protocol, header) : 0;
  const number = recall(protocol, ip.src, port, hint);
  if (number != NONE && isLive(number)) return use(number, ip.dst, remotePort, flags);

  if (isTcp && (flags & (SYN | ACK | RST | FIN)) != SYN) return -(<i32>Outcome.NotSyn);
  const fresh = allocate(number, protocol, ip.src, port);
  if (fresh > 0) begin(fresh, ip.dst, remotePort, isTcp ? afterOutbound(0, flags) : 0);
  return fresh;
}

/** A live mapping after sending to a remote endpoint; `flags` and `remotePort` are 0 but for TCP. */
function use(number: u32, remoteAddress: be32, remotePort: be16, flags: u32): i32 {
  const mapping = Mapping.at(number);
  const isSameAddress = mapping.remoteAddress == remoteAddress;
  const isSameRemote = isSameAddress && mapping.remotePort == remotePort;
  // An RST opens nothing.
  if ((flags & RST) != 0 && !isSameRemote) return number;
  if (!isSameAddress && !keepRemote(number)) return -(<i32>Outcome.SessionTableFull);

  mapping.remoteAddress = remoteAddress;
  mapping.remotePort = remotePort;
  const protocol = number >> 16;
  if (protocol == Protocol.Tcp) useConnection(number, flags, isSameRemote);
  else refresh(number, protocol, protocol);
  return number;
}

function useConnection(number: u32, flags: u32, isSameRemote: bool): void {
  const mapping = Mapping.at(number);
  const former = ringOf(number);
  const phase = beforeOutbound(mapping.phase, flags, isSameRemote);
  mapping.phase = <u16>afterOutbound(phase, flags);
  const ring = ringOf(number);
  // RFC 7857 §7.1: an RST does not prolong; but where it closes, four minutes begin.
  if ((flags & RST) == 0 || ring != former) refresh(number, former, ring);
}
