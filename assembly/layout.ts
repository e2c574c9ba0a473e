/**
 * Linear memory, region by region. Zero is the empty state of all of it.
 *
 *     CONFIG      128   what the host asks for (words of `ConfigWord`)
 *     SETTINGS    128   what was accepted: the core's own copy, same words
 *     READY         4   1 once configured
 *     CLOCK         8   milliseconds
 *     DRAWS         8   random numbers drawn so far
 *     QUIET         8   milliseconds: up to when ICMP errors have used up what they may
 *     AGES         16   u32[4]: lifetime of each ring, in milliseconds
 *     POOLS        96   {u32 free, u32 end}[12]: external ports by protocol, range and parity
 *     COUNTERS          u64[OUTCOMES]
 *     DESCRIPTORS       four u32 words for each packet of a batch
 *     PACKETS           the packet area
 *     ENDPOINTS         u64 slots, 8 to a bucket, 16,384 buckets a protocol: key << 16 | external port
 *     RECORDS           32 octets a mapping (abi.ts), 65,536 a protocol, and one more: port 0 is
 *                       never used, so records 0, 65536, 131072 and 196608 are the rings' sentinels
 *     LABEL_AT          u16[65,536] a protocol: the permutation behind the port pools
 *     POSITION_OF       u16[65,536] a protocol: its inverse
 *     SESSIONS          {u64 key, u64 stamp} slots, 8 to a bucket
 *     NEIGHBOURS        16 octets a neighbour (nat/neighbours.ts), 4,096 a side
 */
import { CONFIG_WORDS, DESCRIPTOR_WORDS, MAX_BATCH, PACKET_AREA } from "./abi";
import {
  BUCKET_SLOTS,
  ENDPOINT_BUCKETS,
  NEIGHBOURS_KEPT,
  PORTS,
  PROTOCOLS,
  SESSION_BUCKETS,
} from "./limits";

/** The compiler takes the first 1,024 octets for its own. */
export const CONFIG: usize = 1024;
export const SETTINGS: usize = CONFIG + CONFIG_WORDS * 4;
export const READY: usize = SETTINGS + CONFIG_WORDS * 4;
export const CLOCK: usize = READY + 8;
export const DRAWS: usize = CLOCK + 8;
export const QUIET: usize = DRAWS + 8;
export const AGES: usize = QUIET + 8;
export const POOLS: usize = AGES + 16;
export const COUNTERS: usize = 2048;
export const DESCRIPTORS: usize = 4096;
export const PACKETS: usize = 65536;
export const ENDPOINTS: usize = PACKETS + PACKET_AREA;
export const RECORDS: usize = ENDPOINTS + PROTOCOLS * ENDPOINT_BUCKETS * BUCKET_SLOTS * 8;
export const LABEL_AT: usize = RECORDS + PROTOCOLS * PORTS * 32 + 64;
export const POSITION_OF: usize = LABEL_AT + PROTOCOLS * PORTS * 2;
export const SESSIONS: usize = POSITION_OF + PROTOCOLS * PORTS * 2;
export const SESSION_SLOTS: u32 = SESSION_BUCKETS * BUCKET_SLOTS;
export const NEIGHBOURS: usize = SESSIONS + SESSION_SLOTS * 16;
export const END: usize = NEIGHBOURS + 2 * NEIGHBOURS_KEPT * 16;

if (DESCRIPTORS + MAX_BATCH * DESCRIPTOR_WORDS * 4 > PACKETS) ERROR("descriptors overlap packets");
if ((ENDPOINTS & 63) != 0) ERROR("a bucket of endpoints must be one cache line");
if ((SESSIONS & 63) != 0) ERROR("a bucket of sessions must be whole cache lines");
