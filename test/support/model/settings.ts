/** What the model is configured with (docs/behaviour.md §1), as numbers. */
import { parseAddress } from "../octets.ts";

export interface Settings {
  external: number;
  /** Mask 0: nothing is known of the internal network. */
  network: { address: number; mask: number };
  ports: { first: number; last: number };
  /** Milliseconds, by class. */
  lifetimes: { udp: number; icmp: number; tcpTransitory: number; tcpEstablished: number };
  /** Milliseconds. */
  holdDown: number;
  inboundRefresh: boolean;
  virtioHeader: boolean;
}

/** The shape in which the host holds its settings. */
export interface HostSettings extends Omit<Settings, "external" | "network"> {
  externalAddress: string;
  internalNetwork: { address: string; mask: string };
}

export function modelSettings(host: HostSettings): Settings {
  const { ports, lifetimes, holdDown, inboundRefresh, virtioHeader } = host;
  return {
    external: parseAddress(host.externalAddress),
    network: {
      address: parseAddress(host.internalNetwork.address),
      mask: parseAddress(host.internalNetwork.mask),
    },
    ports: { ...ports },
    lifetimes: { ...lifetimes },
    holdDown,
    inboundRefresh,
    virtioHeader,
  };
}
