/** Which side a captured packet comes from: a capture does not say. */
import ipaddr from "ipaddr.js";
import { Side } from "../assembly/abi.ts";
import { ConfigError, type NatSettings, networkText } from "./settings.ts";

type Network = [ipaddr.IPv4, number];

/** RFC 1918. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/**
 * Tells sides by source address. `given` is a network or "all"; without it the internal network is
 * the internal side, or else the private addresses. Throws `ConfigError`.
 */
export function sideFinder(
  given: string | undefined,
  settings: NatSettings,
): (packet: Uint8Array) => Side {
  if (given === "all") return () => Side.Internal;
  const networks = networksOf(given, settings);
  return (packet) => {
    if (packet.length < 20) return Side.External;
    const source = new ipaddr.IPv4([...packet.subarray(12, 16)]);
    return networks.some((network) => source.match(network)) ? Side.Internal : Side.External;
  };
}

function networksOf(given: string | undefined, settings: NatSettings): Network[] {
  if (given !== undefined) return [parseNetwork(given)];
  const internal = networkText(settings);
  return (internal === null ? PRIVATE : [internal]).map((text) => ipaddr.IPv4.parseCIDR(text));
}

function parseNetwork(text: string): Network {
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) return ipaddr.IPv4.parseCIDR(text);
  const remedy = 'Write a network as in "10.0.0.0/24", or "all"';
  throw new ConfigError("--internal-side", `"${text}" is not a network`, remedy);
}
