/** What the model is configured with (docs/behaviour.md §1 and §8), as numbers. */
import { Side } from "../../../assembly/abi.ts";
import { parseAddress, parseStation } from "../octets.ts";
import type { Network } from "./addresses.ts";

export interface Settings {
  external: number;
  /** Mask 0: nothing is known of the internal network. */
  network: Network;
  ports: { first: number; last: number };
  /** Milliseconds, by class. */
  lifetimes: { udp: number; icmp: number; tcpTransitory: number; tcpEstablished: number };
  /** Milliseconds. */
  holdDown: number;
  inboundRefresh: boolean;
  virtioHeader: boolean;
  /** Null where packets are not frames. */
  router: Router | null;
}

/** The NAT as the router of two links. */
export interface Router {
  /** The NAT's own internal address. */
  internal: number;
  externalNetwork: Network;
  gateway: number;
  links: Record<Side, Link>;
}

export interface Link {
  /** The NAT's own Ethernet address there, 6 octets. */
  station: Uint8Array;
  /** Octets in the longest datagram. */
  mtu: number;
}

interface HostLink {
  station: string;
  mtu: number;
}

interface HostNetwork {
  address: string;
  mask: string;
}

interface HostRouter {
  internalAddress: string;
  externalNetwork: HostNetwork;
  gateway: string;
  internal: HostLink;
  external: HostLink;
}

/** The shape in which the host holds its settings. */
export interface HostSettings extends Omit<Settings, "external" | "network" | "router"> {
  externalAddress: string;
  internalNetwork: HostNetwork;
  router: HostRouter | null;
}

export function modelSettings(host: HostSettings): Settings {
  const { ports, lifetimes, holdDown, inboundRefresh, virtioHeader } = host;
  return {
    external: parseAddress(host.externalAddress),
    network: network(host.internalNetwork),
    ports: { ...ports },
    lifetimes: { ...lifetimes },
    holdDown,
    inboundRefresh,
    virtioHeader,
    router: host.router && router(host.router),
  };
}

function router(host: HostRouter): Router {
  return {
    internal: parseAddress(host.internalAddress),
    externalNetwork: network(host.externalNetwork),
    gateway: parseAddress(host.gateway),
    links: { [Side.Internal]: link(host.internal), [Side.External]: link(host.external) },
  };
}

function network({ address, mask }: HostNetwork): Network {
  return { address: parseAddress(address), mask: parseAddress(mask) };
}

function link({ station, mtu }: HostLink): Link {
  return { station: parseStation(station), mtu };
}
