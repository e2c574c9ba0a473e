/** The regions of memory that the host is shown. abi.ts says what lies in them. */
export {
  CLOCK,
  CONFIG,
  COUNTERS,
  DESCRIPTORS,
  ENDPOINTS,
  NEIGHBOURS,
  PACKETS,
  RECORDS,
  SESSIONS,
  SESSION_SLOTS,
} from "./layout";
