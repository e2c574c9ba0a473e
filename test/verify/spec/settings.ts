/** The settings of a NAT as the specification has them. */
import type { NatSettings } from "../../../host/settings.ts";
import type { LinkSettings } from "../../../host/router-settings.ts";
import type { Link, Settings } from "../../../verify/spec/nat.ts";
import { truth } from "../../../verify/terms/logic.ts";
import { constant, type Term } from "../../../verify/terms/term.ts";
import { parseAddress } from "../../support/octets.ts";

export function specificationSettings(settings: NatSettings): Settings {
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
    ...routing(settings),
  };
}

function routing({ router }: NatSettings) {
  const link = ({ station, mtu }: LinkSettings): Link => ({
    station: constant(BigInt(`0x${station.replaceAll(":", "")}`), 48),
    mtu: constant(mtu, 32),
  });
  const none = { station: "0", mtu: 0 };
  return {
    isRouter: truth(router !== null),
    internalAddress: address(router?.internalAddress ?? "0.0.0.0"),
    externalMask: address(router?.externalNetwork.mask ?? "0.0.0.0"),
    gateway: address(router?.gateway ?? "0.0.0.0"),
    links: { internal: link(router?.internal ?? none), external: link(router?.external ?? none) },
  };
}

function address(text: string): Term {
  return constant(parseAddress(text), 32);
}
