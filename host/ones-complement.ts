/** One's-complement sums, of which the checksums of IP, UDP, TCP and ICMP are made (RFC 1071). */

/** Of 16-bit words, an odd last octet being the first of one. Carries are still in it. */
export function sumOf(octets: Uint8Array): number {
  let sum = 0;
  for (const [at, octet] of octets.entries()) sum += at % 2 === 0 ? octet * 256 : octet;
  return sum;
}

/** `sum` with its carries added in: 16 bits. */
export function fold(sum: number): number {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}
