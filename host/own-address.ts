/** The external address must not be the kernel's own: it would keep what the NAT is to be given. */
import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";

/** What is wrong when `address` is configured on one of this machine's interfaces, or undefined. */
export function ownAddressWarning(
  address: string,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): string | undefined {
  const owner = Object.entries(interfaces).find(([, addresses]) =>
    addresses?.some((own) => own.address === address),
  );
  if (owner === undefined) return undefined;
  const problem = `configured on ${owner[0]}, so that the kernel keeps the answers for itself`;
  return `${address}: ${problem}. Remove it there, and answer for it with proxy ARP (README, "Use").`;
}
