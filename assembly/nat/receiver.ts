/**
 * The mapping of a packet's internal receiver, brought up to date once the packet is let in
 * (docs/behaviour.md §5, §6). Inbound packets and hairpins pass through here alike.
 */
import { Protocol } from "../abi";
import { be16, be32 } from "../wire/order";
import { RST } from "../wire/tcp";
import { Mapping, refresh, ringOf } from "./mappings";
import { afterInbound } from "./phase";
import { inboundRefreshes } from "./settings";

/** Notes a packet from a remote endpoint; `flags` and `remotePort` matter for TCP only. */
export function receive(number: u32, remoteAddress: be32, remotePort: be16, flags: u32): void {
  const mapping = Mapping.at(number);
  const former = ringOf(number);
  let ring = former;
  const isOfConnection = mapping.remoteAddress == remoteAddress && mapping.remotePort == remotePort;
  if (number >> 16 == Protocol.Tcp && isOfConnection) {
    mapping.phase = <u16>afterInbound(mapping.phase, flags);
    ring = ringOf(number);
  }
  const isReset = (flags & RST) != 0;
  if (ring != former || (inboundRefreshes() && !isReset)) refresh(number, former, ring);
}
