/** What the unit tests need of the core's inside, beside its exports. Never shipped. */
export * from "./index";
export { END, AGES, SETTINGS } from "./layout";
export { digest } from "./structs/hash";
export {
  clear as endpointClear,
  find as endpointFind,
  keyAt as endpointKeyAt,
  place as endpointPlace,
  put as endpointPut,
} from "./structs/endpoint-table";
export { find as sessionFind, put as sessionPut } from "./structs/session-table";
export { fill as poolFill, give as poolGive, take as poolTake } from "./structs/index-pool";
export {
  append as ringAppend,
  clear as ringClear,
  oldest as ringOldest,
  remove as ringRemove,
} from "./structs/recency";
export { take as portTake, give as portGive, fill as portFill } from "./nat/ports";
export { adjust, change16, change32, headerIsValid, messageIsValid } from "./wire/checksum";
export { isUnicast } from "./wire/ipv4";
export { afterInbound, afterOutbound, beforeOutbound, isClosed, isEstablished } from "./nat/phase";
