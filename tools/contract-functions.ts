/**
 * Functions that are never inlined, by their names in the module: where one proof ends and the
 * next begins. They are the containers' entry points, the loops over octets, and the
 * steps of the packet path that change mappings or judge a packet.
 *
 * The small readers beside the containers' (`keyAt` of the endpoint table; `oldest` and `sentinel`
 * of the rings) are single loads or none, and part of whoever calls them.
 */
export const CONTRACT_FUNCTIONS = [
  "structs/hash/digest",
  "structs/endpoint-table/find",
  "structs/endpoint-table/recall",
  "structs/endpoint-table/place",
  "structs/endpoint-table/put",
  "structs/endpoint-table/clear",
  "structs/session-table/find",
  "structs/session-table/put",
  "structs/index-pool/fill",
  "structs/index-pool/take",
  "structs/index-pool/give",
  "structs/recency/clear",
  "structs/recency/append",
  "structs/recency/remove",
  "wire/checksum/headerIsValid",
  "wire/checksum/messageIsValid",
  "wire/checksum/sumOf",
  "nat/allocation/reclaim",
  "nat/sender/senderMapping",
  "nat/receiver/receive",
  "nat/quoted/faultIn",
  "nat/ahead/guess",
  "nat/ahead/touch",
  "nat/packet/translate",
  "nat/router/outcomeOf",
  "nat/router/leave",
].map((name) => `assembly/${name}`);
