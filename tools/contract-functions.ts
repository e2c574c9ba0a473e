/**
 * The containers' entry points: functions that are never inlined, by their names in the module. The
 * small readers beside them (`keyAt` of the endpoint table; `oldest` and `sentinel` of the rings)
 * are single loads or none, and part of whoever calls them.
 */
export const CONTRACT_FUNCTIONS = [
  "hash/digest",
  "endpoint-table/find",
  "endpoint-table/place",
  "endpoint-table/put",
  "endpoint-table/clear",
  "session-table/find",
  "session-table/put",
  "index-pool/fill",
  "index-pool/take",
  "index-pool/give",
  "recency/clear",
  "recency/append",
  "recency/remove",
].map((name) => `assembly/structs/${name}`);
