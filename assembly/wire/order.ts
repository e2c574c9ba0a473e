/**
 * Byte order. `be16` and `be32` are words exactly as they lie in the packet: they may be
 * compared, hashed and copied. Before any arithmetic they go through `ntoh16`.
 */
export type be16 = u16;
export type be32 = u32;

/** Wire word to number, or number to wire word: the swap is its own inverse. */
export function ntoh16(word: be16): u16 {
  return bswap<u16>(word);
}

/** The first octet of an address. */
export function firstOctet(address: be32): u32 {
  return address & 0xff;
}
