/**
 * The addresses in flags and file: the external one for every NAT, and the internal one, the gateway
 * and their networks for a router.
 */
import { ConfigError } from "./config-error.ts";
import type { ConfigFile } from "./config-file.ts";
import { type Named, pick, renaming } from "./config-names.ts";
import { parseNetwork } from "./networks.ts";
import { type RouterAddresses, routerAddresses } from "./router-settings.ts";
import type { NatSettings } from "./settings.ts";

/** What the command line says of them. */
export interface AddressFlags {
  externalAddress?: string;
  internalNetwork?: string;
  internalAddress?: string;
  gateway?: string;
}

export interface Addresses {
  /** Without a prefix length. */
  external: { value: string; name: string };
  /** As in "203.0.113.1/24" or "203.0.113.0/24". */
  externalNetwork: Named<string>;
  /** Without a prefix length. */
  internal: Named<string>;
  internalNetwork: Named<string>;
  gateway: Named<string>;
}

/** `place` names a key of the file. Throws `ConfigError`. */
export function addressesOf(
  flags: AddressFlags,
  file: ConfigFile,
  place: (key: string) => string,
): Addresses {
  const external = externalAddressOf(flags, file, place);
  const externalNetwork = external.value.includes("/")
    ? external
    : { value: file["external-network"], name: place("external-network") };
  const internal = pick(
    "--internal-address",
    flags.internalAddress,
    place("internal-address"),
    file["internal-address"],
  );
  if (internal.value?.includes("/")) parseNetwork(internal.name, internal.value);
  return {
    external: { value: withoutLength(external.value), name: external.name },
    externalNetwork,
    internal: { value: internal.value && withoutLength(internal.value), name: internal.name },
    internalNetwork: internalNetworkOf(flags, file, place, internal),
    gateway: pick("--gateway", flags.gateway, place("gateway"), file.gateway),
  };
}

/** What a router needs besides the settings of its NAT. Throws `ConfigError`. */
export function routerOf(addresses: Addresses, settings: NatSettings): RouterAddresses {
  const { internal, internalNetwork, external, externalNetwork, gateway } = addresses;
  const names = {
    externalAddress: external.name,
    internalNetwork: internalNetwork.name,
    "router.internalAddress": internal.name,
    "router.externalNetwork": externalNetwork.name,
    "router.gateway": gateway.name,
  };
  const options = {
    internalAddress: required(internal, "the NAT's own address there, as in 10.0.0.1/24"),
    externalNetwork: externalNetwork.value ?? refuseBare(external, "203.0.113.1/24"),
    gateway: required(gateway, "the router on the external side, as in 203.0.113.254"),
  };
  if (internalNetwork.value === undefined) refuseBare(internal, "10.0.0.1/24");
  return renaming(names, () => routerAddresses(options, settings));
}

/** Refuses what only a router needs. Throws `ConfigError`. */
export function refuseRouter(addresses: Addresses): void {
  const { internal, external, externalNetwork, gateway } = addresses;
  const others = "or use TAP devices or interfaces";
  const remedy = `Leave it out, ${others}`;
  for (const { value, name } of [internal, gateway]) {
    if (value !== undefined) throw new ConfigError(name, "the kernel is the router here", remedy);
  }
  const { value, name } = externalNetwork;
  if (value === undefined) return;
  const problem = `"${value}" names a network, and the kernel is the router here`;
  const isOfAddress = name === external.name;
  const shorter = `Write it as in "${external.value}", ${others}`;
  throw new ConfigError(name, problem, isOfAddress ? shorter : remedy);
}

/** Refuses what is no network, where nobody else reads it. Throws `ConfigError`. */
export function checkExternalNetwork({ externalNetwork }: Addresses): void {
  const { value, name } = externalNetwork;
  if (value !== undefined) parseNetwork(name, value, 32);
}

function externalAddressOf(
  flags: AddressFlags,
  file: ConfigFile,
  place: (key: string) => string,
): { value: string; name: string } {
  const flag = "--external-address";
  if (flags.externalAddress !== undefined) return { value: flags.externalAddress, name: flag };
  const pool = file["external-ip-address-pool"]?.[0]?.["external-ip-pool"];
  if (pool === undefined) {
    const remedy = "Give the address that the outside sees, as in --external-address 203.0.113.1";
    throw new ConfigError(flag, "missing", remedy);
  }
  const name = place("external-ip-address-pool[0].external-ip-pool");
  const single = /^([^/]+)(\/32)?$/.exec(pool);
  if (single) return { value: single[1]!, name };
  throw new ConfigError(name, `"${pool}" is not one address`, 'Write it as in "203.0.113.1/32"');
}

/** If it is not given apart, that of the internal address. */
function internalNetworkOf(
  flags: AddressFlags,
  file: ConfigFile,
  place: (key: string) => string,
  internal: Named<string>,
): Named<string> {
  const given = pick(
    "--internal-network",
    flags.internalNetwork,
    place("subscriber-match[0].subnet"),
    file["subscriber-match"]?.[0]?.subnet,
  );
  return given.value === undefined && internal.value?.includes("/") ? internal : given;
}

function required({ value, name }: Named<string>, what: string): string {
  if (value !== undefined) return value;
  throw new ConfigError(name, "missing, and the NAT is the router here", `Give ${what}`);
}

/** Of an address whose network nothing says. */
function refuseBare({ value, name }: Named<string>, example: string): never {
  const remedy = `Write it as in "${example}", or in the file give its network`;
  throw new ConfigError(name, `"${value}" has no prefix length`, remedy);
}

function withoutLength(text: string): string {
  return text.split("/", 1)[0]!;
}
