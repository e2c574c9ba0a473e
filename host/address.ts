/** IPv4 addresses and ports between their text and the words in which they lie in a packet. */
import ipaddr from "ipaddr.js";

/** Whether `text` is an IPv4 address in four decimal parts. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text);
}

/** The 32-bit word that `address` is in memory on a little-endian machine such as WebAssembly. */
export function addressToWord(address: string): number {
  const [a, b, c, d] = ipaddr.IPv4.parse(address).octets as [number, number, number, number];
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
}

/** The address that lies in memory as `word`. */
export function addressFromWord(word: number): string {
  return `${word & 255}.${(word >>> 8) & 255}.${(word >>> 16) & 255}.${word >>> 24}`;
}

/** The port that lies in memory as `word`. */
export function portFromWord(word: number): number {
  return ((word & 255) << 8) | (word >>> 8);
}
