import { suite } from "uvu";
import * as assert from "uvu/assert";
import { freshCore, K0, K1 } from "../support/core.ts";
import { Draw } from "../support/random.ts";

const SEED = 13;
const BUCKETS = 1 << 14;

const core = freshCore();
const hash = suite("hash");

hash("is SipHash-1-3 of one word, without the length block", () => {
  const draw = Draw.seeded(SEED);
  const corners = [0n, 1n, 1n << 63n, (1n << 64n) - 1n];
  const words = [...corners, ...Array.from({ length: 2000 }, () => word64(draw))];
  for (const word of words) {
    const [k0, k1] = [word64(draw), word64(draw)];
    const expected = sipHash(1, 3, [word], k0, k1);
    assert.is(digest(word, k0, k1), expected, `seed ${SEED}: ${word}, ${k0}, ${k1}`);
  }
});

hash("has an oracle that gives the paper's own test vector, SipHash-2-4", () => {
  const words = [0x0706050403020100n, 0x0f0e0d0c0b0a0908n];
  assert.is(sipHash(2, 4, words, K0, K1), 0xa129ca6149be45e5n);
});

hash("is another under another key", () => {
  for (let bit = 0n; bit < 64n; bit++) {
    assert.is.not(digest(1n, K0, K1), digest(1n, K0 ^ (1n << bit), K1));
    assert.is.not(digest(1n, K0, K1), digest(1n, K0, K1 ^ (1n << bit)));
  }
});

hash("spreads the ports of one host evenly over the buckets, with either half", () => {
  const keys = Array.from({ length: 65536 }, (_, port) => (0x0200000an << 16n) | BigInt(port));
  assertEven(keys, 0n);
  assertEven(keys, 32n);
});

hash("spreads the hosts of one network evenly over the buckets, with either half", () => {
  const port = 0x8813n;
  const keys = Array.from({ length: 65536 }, (_, host) => (BigInt(host) << 32n) | 0x0a0000n | port);
  assertEven(keys, 0n);
  assertEven(keys, 32n);
});

hash("names two buckets that have nothing to do with each other", () => {
  let equal = 0;
  for (let key = 0n; key < 65536n; key++) {
    if (bucketOf(digest(key, K0, K1), 0n) === bucketOf(digest(key, K0, K1), 32n)) equal++;
  }
  // 65,536 / 16,384 are expected, Poisson.
  assert.ok(equal <= 16, `${equal} keys have one bucket only`);
});

hash.run();

/** Chi-square over the buckets, whose deviation is sqrt(2 (buckets - 1)), about 181. */
function assertEven(keys: bigint[], shift: bigint): void {
  const counts = new Uint32Array(BUCKETS);
  for (const key of keys) counts[bucketOf(digest(key, K0, K1), shift)]! += 1;
  const mean = keys.length / BUCKETS;
  const chiSquare = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
  assert.ok(Math.abs(chiSquare - (BUCKETS - 1)) < 5 * 181, `chi-square ${chiSquare}`);
}

function bucketOf(digest: bigint, shift: bigint): number {
  return Number((digest >> shift) & BigInt(BUCKETS - 1));
}

function digest(word: bigint, k0: bigint, k1: bigint): bigint {
  return BigInt.asUintN(64, core.digest(word, k0, k1));
}

/** SipHash-c-d of whole words, after §2 of the paper, its four words in an array. */
function sipHash(c: number, d: number, words: bigint[], k0: bigint, k1: bigint): bigint {
  let v: Words = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ];
  for (const word of words) {
    v[3] ^= word;
    for (let round = 0; round < c; round++) v = sipRound(v);
    v[0] ^= word;
  }
  v[2] ^= 0xffn;
  for (let round = 0; round < d; round++) v = sipRound(v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

type Words = [bigint, bigint, bigint, bigint];

function sipRound([v0, v1, v2, v3]: Words): Words {
  v0 = BigInt.asUintN(64, v0 + v1);
  v1 = rotated(v1, 13n) ^ v0;
  v0 = rotated(v0, 32n);
  v2 = BigInt.asUintN(64, v2 + v3);
  v3 = rotated(v3, 16n) ^ v2;
  v0 = BigInt.asUintN(64, v0 + v3);
  v3 = rotated(v3, 21n) ^ v0;
  v2 = BigInt.asUintN(64, v2 + v1);
  v1 = rotated(v1, 17n) ^ v2;
  v2 = rotated(v2, 32n);
  return [v0, v1, v2, v3];
}

function rotated(word: bigint, by: bigint): bigint {
  return BigInt.asUintN(64, word << by) | (word >> (64n - by));
}

function word64(draw: Draw): bigint {
  return (BigInt(draw.word()) << 32n) | BigInt(draw.word());
}
