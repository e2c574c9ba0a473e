/** The NAT's addresses must not be the kernel's own: it would keep what the NAT is to be given. */
import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import type { Configuration } from "./config.ts";

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** What is wrong where addresses of the NAT are configured on this machine's interfaces. */
export function ownAddressWarnings(
  { settings, router }: Pick<Configuration, "settings" | "router">,
  interfaces: Interfaces = networkInterfaces(),
): string[] {
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

function ownerOf(address: string, interfaces: Interfaces): string | undefined {
  const found = Object.entries(interfaces).find(([, addresses]) =>
    addresses?.some((own) => own.address === address),
  );
  return found?.[0];
}
