/** The NAT's addresses must not be the kernel's own: it would keep what the NAT is to be given. */
import { networkInterfaces } from "node:os";
import { lookUp } from "af-xdp";
import type { Configuration } from "./config.ts";

type Interfaces = NodeJS.Dict<{ address: string }[]>;

/** What is wrong where addresses of the NAT are configured on this machine's interfaces. */
export function ownAddressWarnings(
  configuration: Configuration,
  interfaces: Interfaces = interfacesHere(configuration),
): string[] {
  const { settings, router } = configuration;
  const addresses = [
    settings.externalAddress,
    ...(router === null ? [] : [router.internalAddress]),
  ];
  const remedy =
    router === null
      ? 'Remove it there, and answer for it with proxy ARP (README, "Use")'
      : "Remove it there: the NAT answers for it";
  return addresses.flatMap((address) => {
    const owner = ownerOf(address, interfaces);
    const problem = `configured on ${owner}, so that the kernel keeps the answers for itself`;
    return owner === undefined ? [] : [`${address}: ${problem}. ${remedy}.`];
  });
}

/** Those that are up, and those that the NAT shares with the kernel in any case. */
function interfacesHere({ internal, external }: Configuration): Interfaces {
  const shared = [internal, external].filter(({ kind }) => kind === "xdp");
  const found = shared.map(({ name }) => {
    return [name, lookUp(name).addresses.map((address) => ({ address }))] as const;
  });
  return { ...networkInterfaces(), ...Object.fromEntries(found) };
}

function ownerOf(address: string, interfaces: Interfaces): string | undefined {
  const found = Object.entries(interfaces).find(([, addresses]) =>
    addresses?.some((own) => own.address === address),
  );
  return found?.[0];
}
