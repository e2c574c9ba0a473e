/**
 * A keyed hash: SipHash-1-3 (Aumasson, Bernstein 2012) of one 64-bit word. The length block is left
 * out, as every input has the same length. Whoever does not know the key cannot aim at a bucket.
 */

/** The hash of `word` under the key (k0, k1). Reads and writes no memory. */
export function digest(word: u64, k0: u64, k1: u64): u64 {
  let v0 = k0 ^ 0x736f6d6570736575;
  let v1 = k1 ^ 0x646f72616e646f6d;
  let v2 = k0 ^ 0x6c7967656e657261;
  let v3 = k1 ^ 0x7465646279746573 ^ word;

  v0 += v1;
  v2 += v3;
  v1 = rotl<u64>(v1, 13) ^ v0;
  v3 = rotl<u64>(v3, 16) ^ v2;
  v0 = rotl<u64>(v0, 32) + v3;
  v2 += v1;
  v3 = rotl<u64>(v3, 21) ^ v0;
  v1 = rotl<u64>(v1, 17) ^ v2;
  v0 ^= word;
  v2 = rotl<u64>(v2, 32) ^ 0xff;

  for (let round: u32 = 0; round < 3; round++) {
    v0 += v1;
    v2 += v3;
    v1 = rotl<u64>(v1, 13) ^ v0;
    v3 = rotl<u64>(v3, 16) ^ v2;
    v0 = rotl<u64>(v0, 32) + v3;
    v2 += v1;
    v3 = rotl<u64>(v3, 21) ^ v0;
    v1 = rotl<u64>(v1, 17) ^ v2;
    v2 = rotl<u64>(v2, 32);
  }
  return v0 ^ v1 ^ v2 ^ v3;
}
