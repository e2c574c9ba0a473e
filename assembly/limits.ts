/** Capacities, all powers of two: indices are masked, never checked. */

/** External ports of one protocol; the mapping of port p is record p of its protocol. */
export const PORTS: u32 = 1 << 16;

/** Protocols with tables of their own: see `Protocol` in abi.ts. */
export const PROTOCOLS: u32 = 3;

/** Recency rings: UDP, ICMP, TCP transitory, TCP established. */
export const RINGS: u32 = 4;

/** Slots of a bucket. Endpoints take 8 octets each, so that a bucket is one cache line. */
export const BUCKET_SLOTS: u32 = 8;

/** Buckets of endpoints for one protocol: twice as many slots as ports, so at most half full. */
export const ENDPOINT_BUCKETS: u32 = 1 << 14;

/**
 * Buckets of former remotes, for all protocols together: 131,072 slots. With random keys the first
 * pair of full buckets is met at about 70 % of that.
 */
export const SESSION_BUCKETS: u32 = 1 << 14;

/** Neighbours of one side: one for each value of an address's low 12 bits. */
export const NEIGHBOURS_KEPT: u32 = 1 << 12;
