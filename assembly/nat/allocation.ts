/**
 * Making mappings, and reclaiming what expired ones held (RFC 4787 §4.2, RFC 6888 REQ-8).
 *
 * Nothing here runs on its own: a new mapping pays for its room by reclaiming at most two expired
 * mappings of each of its protocol's rings, the oldest first. A live mapping is never put out.
 */
import { Outcome, Protocol } from "../abi";
import * as endpoints from "../structs/endpoint-table";
import * as recency from "../structs/recency";
import { be16, be32, ntoh16 } from "../wire/order";
import * as clock from "./clock";
import { Mapping, NONE, keyOf, lifetime, ringOf } from "./mappings";
import * as ports from "./ports";
import { holdDown } from "./settings";

const RECLAIMED_AT_ONCE: u32 = 2;
const ESTABLISHED_RING: u32 = 3;

/**
 * A number for an internal endpoint that has no live mapping, in no ring: that of `expired`, its
 * expired mapping, if there is one; else a new one. Minus the outcome that drops the packet if
 * there is no room.
 */
export function allocate(expired: u32, protocol: u32, address: be32, port: be16): i32 {
  if (expired != NONE) {
    recency.remove(expired);
    return expired;
  }
  reclaim(protocol, protocol);
  if (protocol == Protocol.Tcp) reclaim(protocol, ESTABLISHED_RING);
  const key = keyOf(address, port);
  const slot = endpoints.place(protocol, key);
  if (slot == endpoints.NO_SLOT) return -(<i32>Outcome.EndpointTableFull);
  const external = ports.take(protocol, ntoh16(port));
  if (external == ports.NONE) return -(<i32>Outcome.NoPort);
  endpoints.put(slot, key, external);
  const number = (protocol << 16) | external;
  Mapping.at(number).slot = slot + 1;
  return number;
}

/** Begins the life of an allocated mapping. */
export function begin(number: u32, remoteAddress: be32, remotePort: be16, phase: u32): void {
  const mapping = Mapping.at(number);
  mapping.last = clock.now();
  mapping.created = clock.tickOf(clock.now());
  mapping.remoteAddress = remoteAddress;
  mapping.remotePort = remotePort;
  mapping.phase = <u16>phase;
  recency.append(number, ringOf(number));
}

/** Frees the ports of mappings at the front of `ring` that have expired and rested. */
function reclaim(protocol: u32, ring: u32): void {
  for (let i: u32 = 0; i < RECLAIMED_AT_ONCE; i++) {
    const number = recency.oldest(ring);
    const mapping = Mapping.at(number);
    if (mapping.slot == 0) return;
    if (clock.now() - mapping.last < lifetime(ring) + holdDown()) return;
    endpoints.clear(mapping.slot - 1);
    mapping.slot = 0;
    recency.remove(number);
    ports.give(protocol, number & 0xffff);
  }
}
