/** Which addresses may be a host's, and whose network they are in (RFC 1812 §5.3.7). */

export interface Network {
  address: number;
  mask: number;
}

/** Not this network, loopback, multicast or reserved. */
export function isUnicast(address: number): boolean {
  const first = Math.floor(address / 0x1000000);
  return first !== 0 && first !== 127 && first < 224;
}

export function isInside(address: number, network: Network): boolean {
  return ((address ^ network.address) & network.mask) === 0;
}

/** Inside the network, and neither its first address nor its last. */
export function isHostOf(address: number, network: Network): boolean {
  const hostPart = (address & ~network.mask) >>> 0;
  return isInside(address, network) && hostPart !== 0 && hostPart !== ~network.mask >>> 0;
}
