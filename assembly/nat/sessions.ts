/**
 * Who may answer (RFC 4787 §5, address-dependent filtering, REQ-8): the remote address that a
 * mapping last sent to is in the mapping itself, former ones are kept as sessions.
 */
import * as stamps from "../structs/session-table";
import { be32 } from "../wire/order";
import * as clock from "./clock";
import { Mapping, lifetime, ringOf } from "./mappings";

/** Whether a live mapping admits packets from `address`. */
export function isAdmitted(number: u32, address: be32): bool {
  const mapping = Mapping.at(number);
  if (mapping.remoteAddress == address) return true;
  const found = stamps.find(keyOf(number, address));
  if (found == stamps.NEVER) return false;
  const stamp = found - 1;
  // A lifetime is at least two ticks, so sessions of an earlier owner of the port lie ticks back.
  const isOfThisMapping = clock.tickOf(stamp) >= mapping.created;
  return isOfThisMapping && clock.now() - stamp < lifetime(ringOf(number));
}

/** Keeps the mapping's present remote address as a session; false if there is no room. */
export function keepRemote(number: u32): bool {
  const mapping = Mapping.at(number);
  return stamps.put(keyOf(number, mapping.remoteAddress), mapping.last, clock.now());
}

function keyOf(number: u32, address: be32): u64 {
  return ((<u64>number) << 32) | address;
}
