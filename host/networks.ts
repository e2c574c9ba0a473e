/** Addresses and networks as settings name them, checked. */
import ipaddr from "ipaddr.js";
import { isAddress } from "./address.ts";
import { ConfigError } from "./config-error.ts";

/** All in four decimal parts; a mask of 0.0.0.0 says that nothing is known. */
export interface Network {
  address: string;
  mask: string;
}

/** `text`, if that is the address of one station (RFC 1812 §5.3.7). Throws `ConfigError`. */
export function unicastAddress(
  path: string,
  text: string,
  remedy = "Use a unicast address that is routed to this machine",
): string {
  if (!isAddress(text)) {
    throw new ConfigError(
      path,
      `"${text}" is not an IPv4 address`,
      "Write four numbers from 0 to 255 with dots, as in 203.0.113.1",
    );
  }
  const kind = ipaddr.IPv4.parse(text).range();
  if (["unspecified", "broadcast", "multicast", "loopback"].includes(kind) || isReserved(text)) {
    throw new ConfigError(path, `${text} is no unicast address`, remedy);
  }
  return text;
}

/** 0/8 and 240/4 (RFC 1812 §5.3.7). */
function isReserved(text: string): boolean {
  const first = Number(text.split(".")[0]);
  return first === 0 || first >= 240;
}

/**
 * The network that a text such as "10.0.0.0/24" names, or lies in. Its prefix length is 1 to `most`.
 * Throws `ConfigError`.
 */
export function parseNetwork(path: string, text: string, most = 30): Network {
  const remedy = `Write an address and a prefix length from 1 to ${most}, as in "10.0.0.0/24"`;
  if (!/^[\d.]+\/\d+$/.test(text) || !ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) {
    throw new ConfigError(path, `"${text}" is not a network`, remedy);
  }
  const [, length] = ipaddr.IPv4.parseCIDR(text);
  if (length < 1 || length > most) {
    throw new ConfigError(path, `"${text}" has a prefix length of ${length}`, remedy);
  }
  return {
    address: ipaddr.IPv4.networkAddressFromCIDR(text).toString(),
    mask: ipaddr.IPv4.subnetMaskFromPrefixLength(length).toString(),
  };
}

/** A network as in "10.0.0.0/24", or null when nothing is known of it. */
export function textOf({ address, mask }: Network): string | null {
  const length = prefixLength({ mask });
  return length ? `${address}/${length}` : null;
}

export function contains(network: Network, address: string): boolean {
  const first = ipaddr.IPv4.parse(network.address);
  return ipaddr.IPv4.parse(address).match(first, prefixLength(network));
}

/** Whether a network of more than two addresses has `address` for its first or last one. */
export function isNoHost({ address: first, mask }: Network, address: string): boolean {
  const length = prefixLength({ mask });
  const last = ipaddr.IPv4.broadcastAddressFromCIDR(`${first}/${length}`).toString();
  return length < 31 && (address === first || address === last);
}

/** 0 when nothing is known. */
export function prefixLength({ mask }: Pick<Network, "mask">): number {
  return ipaddr.IPv4.parse(mask).prefixLengthFromSubnetMask() ?? 0;
}
