/**
 * Choosing external ports (RFC 4787 §4.2.2, REQ-3a, REQ-4; RFC 6056): at random among the free ones
 * that have the internal port's range and parity, if there are any.
 *
 * The label of a port is the port with its lowest bit moved to the top. Ports of one parity and
 * range then have labels in one piece, and each piece is a pool:
 *
 *     label   0        512            32768      33280          65536
 *             | even,    | even,        | odd,     | odd,         |
 *             | 0-1023   | 1024-65535   | 0-1023   | 1024-65535   |
 *     pool    0          2              1          3
 */
import { DRAWS, SETTINGS } from "../layout";
import { PROTOCOLS } from "../limits";
import * as hash from "../structs/hash";
import * as pool from "../structs/index-pool";
import { K0, K1 } from "../structs/seed";

/** No port. */
export const NONE: u32 = 0;

const POOLS_EACH: u32 = 4;
const PARITY: u32 = 1;
const RANGE: u32 = 2;
const LOW_END: u32 = 512;
const HALF: u32 = 32768;

/** Sets the hashes of draws apart from those of endpoints and sessions. */
const DOMAIN: u64 = 1 << 63;

/** Makes the ports from `first` to `last` free for every protocol. Requires 1 <= first <= last <= 65535. */
export function fill(first: u32, last: u32): void {
  for (let protocol: u32 = 0; protocol < PROTOCOLS; protocol++) {
    for (let parity: u32 = 0; parity < 2; parity++) {
      // Of the ports 2 h + parity, those from `first` to `last`.
      const base = parity * HALF;
      const start = (first - parity + 1) >> 1;
      const end = (last - parity + 2) >> 1;
      const pools = protocol * POOLS_EACH + parity;
      pool.fill(pools, base + start, base + min(end, LOW_END));
      pool.fill(pools + RANGE, base + max(start, LOW_END), base + end);
    }
  }
}

/** A free external port for an internal one, taken; NONE when every port is taken. */
export function take(protocol: u32, internalPort: u32): u32 {
  const random = draw();
  const own = kindOf(internalPort);
  let label = takeOf(protocol, own, random);
  if (label == pool.NONE) label = takeOf(protocol, own ^ PARITY, random);
  if (label == pool.NONE) label = takeOf(protocol, own ^ RANGE, random);
  if (label == pool.NONE) label = takeOf(protocol, own ^ RANGE ^ PARITY, random);
  return label == pool.NONE ? NONE : ((label << 1) | (label >> 15)) & 0xffff;
}

/** Gives an external port back. Requires that it was taken. */
export function give(protocol: u32, port: u32): void {
  pool.give(protocol * POOLS_EACH + kindOf(port), (port >> 1) | ((port & 1) << 15));
}

function takeOf(protocol: u32, kind: u32, random: u32): u32 {
  return pool.take(protocol * POOLS_EACH + kind, random);
}

/** Range and parity of a port, as the number of its pool. */
function kindOf(port: u32): u32 {
  return (port & PARITY) | select<u32>(RANGE, 0, port >= 1024);
}

/** The next random number: unpredictable without the seed. */
function draw(): u32 {
  const draws = load<u64>(DRAWS);
  store<u64>(DRAWS, draws + 1);
  const word = (draws & (DOMAIN - 1)) | DOMAIN;
  return <u32>hash.digest(word, load<u64>(SETTINGS, K0), load<u64>(SETTINGS, K1));
}
