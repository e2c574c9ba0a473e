/** The settings of a NAT as the specification has them. */
import type { NatSettings } from "../../../host/settings.ts";
import type { Settings } from "../../../verify/spec/nat.ts";
import { truth } from "../../../verify/terms/logic.ts";
import { constant } from "../../../verify/terms/term.ts";
import { parseAddress } from "../../support/octets.ts";

export function specificationSettings(settings: NatSettings): Settings {
  const address = (text: string) => constant(parseAddress(text), 32);
  const time = (milliseconds: number) => constant(milliseconds, 64);
  const { lifetimes, internalNetwork, ports } = settings;
  return {
    externalAddress: address(settings.externalAddress),
    network: address(internalNetwork.address),
    mask: address(internalNetwork.mask),
    firstPort: constant(ports.first, 16),
    lastPort: constant(ports.last, 16),
    lifetime: {
      Udp: time(lifetimes.udp),
      Icmp: time(lifetimes.icmp),
      TcpTransitory: time(lifetimes.tcpTransitory),
      TcpEstablished: time(lifetimes.tcpEstablished),
    },
    holdDown: time(settings.holdDown),
    hasVirtioHeader: truth(settings.virtioHeader),
    inboundRefreshes: truth(settings.inboundRefresh),
  };
}
