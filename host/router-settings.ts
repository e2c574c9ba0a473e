/** What a NAT has to know besides where it is the router of two Ethernet links, checked. */
import { ConfigError } from "./config-error.ts";
import {
  type Network,
  contains,
  isNoHost,
  parseNetwork,
  textOf,
  unicastAddress,
} from "./networks.ts";
import { isStation } from "./station.ts";

/** One of the two links. */
export interface LinkSettings {
  /** The NAT's own Ethernet address there, as in "02:00:00:00:00:01". */
  station: string;
  /** Octets of the longest datagram. */
  mtu: number;
}

/** Its addresses, which are the user's to choose. */
export interface RouterAddresses {
  /** The NAT's own address on the internal side: a host address of the internal network. */
  internalAddress: string;
  /** The network that the external address is in. */
  externalNetwork: Network;
  /** The router there, to which goes what is for elsewhere. */
  gateway: string;
}

export interface RouterSettings extends RouterAddresses {
  internal: LinkSettings;
  external: LinkSettings;
}

/** What `createNat` takes. */
export interface AddressOptions {
  internalAddress: string;
  /** As in "203.0.113.0/24". */
  externalNetwork: string;
  gateway: string;
}

export interface LinkOptions {
  station: string;
  /** 1,500 octets by default. */
  mtu?: number | undefined;
}

export interface RouterOptions extends AddressOptions {
  internal: LinkOptions;
  external: LinkOptions;
}

/** The addresses that go with them, which have been checked. */
export interface Surroundings {
  externalAddress: string;
  internalNetwork: Network;
}

const DEFAULT_MTU = 1500;

/** The least that any link carries (RFC 791 §3.2), and the longest datagram there can be. */
const LEAST_MTU = 68;
const MOST_MTU = 65535;

/** Checks `options` and fills in the defaults. Throws `ConfigError`. */
export function routerSettings(options: RouterOptions, around: Surroundings): RouterSettings {
  return {
    ...routerAddresses(options, around),
    internal: linkSettings("router.internal", options.internal),
    external: linkSettings("router.external", options.external),
  };
}

/** Throws `ConfigError`, by the names that the options have in `NatOptions`. */
export function routerAddresses(options: AddressOptions, around: Surroundings): RouterAddresses {
  const externalNetwork = parseNetwork("router.externalNetwork", options.externalNetwork, 31);
  const network = textOf(externalNetwork)!;
  requireHost("externalAddress", around.externalAddress, externalNetwork, "external");
  const { gateway } = options;
  const remedy = `Name the router of the external link, an address of ${network}`;
  unicastAddress("router.gateway", gateway, remedy);
  requireHost("router.gateway", gateway, externalNetwork, "external");
  if (gateway === around.externalAddress) {
    throw new ConfigError("router.gateway", `${gateway} is the external address`, remedy);
  }
  const { internalNetwork } = around;
  const internalAddress = internalAddressOf(options.internalAddress, internalNetwork);
  if (contains(internalNetwork, gateway)) {
    const problem = `${gateway} lies inside the internal network ${textOf(internalNetwork)}`;
    throw new ConfigError("router.gateway", problem, remedy);
  }
  return { internalAddress, externalNetwork, gateway };
}

/** Throws `ConfigError`, of `path` and what it has. */
export function linkSettings(path: string, options: LinkOptions): LinkSettings {
  const { station, mtu = DEFAULT_MTU } = options;
  const example = 'as in "02:00:00:00:00:01"';
  const complain = (problem: string, remedy: string): never => {
    throw new ConfigError(`${path}.station`, problem, remedy);
  };
  if (!isStation(station)) complain(`"${station}" is no Ethernet address`, `Write it ${example}`);
  if (Number.parseInt(station, 16) & 1) {
    complain(`${station} is the address of a group`, `Use one of a single station, ${example}`);
  }
  if (/^[0:]+$/.test(station)) complain(`${station} is nobody's address`, `Use one ${example}`);
  if (!Number.isInteger(mtu) || mtu < LEAST_MTU || mtu > MOST_MTU) {
    const remedy = `Use ${LEAST_MTU} to ${MOST_MTU} octets`;
    throw new ConfigError(`${path}.mtu`, `${mtu} is out of range`, remedy);
  }
  return { station: station.toLowerCase(), mtu };
}

function internalAddressOf(text: string, internalNetwork: Network): string {
  const path = "router.internalAddress";
  if (textOf(internalNetwork) === null) {
    const problem = "missing, though the NAT is the router there";
    throw new ConfigError("internalNetwork", problem, 'Give it, as in "10.0.0.0/24"');
  }
  unicastAddress(path, text, "Use an address of the internal network that no host has");
  requireHost(path, text, internalNetwork, "internal");
  return text;
}

function requireHost(path: string, address: string, network: Network, side: string): void {
  const text = textOf(network);
  const remedy = `Use a host's address of ${text}, or correct the network`;
  if (!contains(network, address)) {
    const problem = `${address} lies outside the ${side} network ${text}`;
    throw new ConfigError(path, problem, remedy);
  }
  if (!isNoHost(network, address)) return;
  throw new ConfigError(path, `${address} is no host's address in ${text}`, remedy);
}
