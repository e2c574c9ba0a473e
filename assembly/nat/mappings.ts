/**
 * Mappings (RFC 4787 §4.1): which internal endpoint each external port stands for.
 *
 * Mapping `protocol << 16 | port` owns that external port. It depends on nothing but the internal
 * endpoint, so every remote host sees the same one (endpoint-independent mapping, REQ-1).
 */
import { Protocol, RecordOffset } from "../abi";
import { AGES, RECORDS } from "../layout";
import * as endpoints from "../structs/endpoint-table";
import * as recency from "../structs/recency";
import { be16, be32, ntoh16 } from "../wire/order";
import * as clock from "./clock";
import { isEstablished } from "./phase";

/** No mapping: the first record is a sentinel. */
export const NONE: u32 = 0;

@unmanaged
export class Mapping {
  /** Milliseconds. */
  last: u64;
  /** Ticks. Tells this mapping's sessions from those of earlier owners of the port. */
  created: u32;
  private previous: u32;
  private next: u32;
  /** One more than the slot of the internal endpoint; 0 when the port is free. */
  slot: u32;
  remoteAddress: be32;
  remotePort: be16;
  phase: u16;

  static at(number: u32): Mapping {
    return changetype<Mapping>(RECORDS + ((<usize>number) << 5));
  }

  get internalAddress(): be32 {
    return <be32>(endpoints.keyAt(this.slot - 1) >> 16);
  }

  get internalPort(): be16 {
    return <be16>endpoints.keyAt(this.slot - 1);
  }
}

/** The mapping of an internal endpoint, be it live or expired, or NONE. */
export function find(protocol: u32, address: be32, port: be16): u32 {
  const external = endpoints.find(protocol, keyOf(address, port));
  return external == endpoints.NONE ? NONE : (protocol << 16) | external;
}

/** The same as `find`; faster if `hint` is the number, and it may be any. */
export function recall(protocol: u32, address: be32, port: be16, hint: u32): u32 {
  const guessed = hint & 0xffff;
  const slot = Mapping.at((protocol << 16) | guessed).slot - 1;
  const external = endpoints.recall(protocol, keyOf(address, port), slot, guessed);
  return external == endpoints.NONE ? NONE : (protocol << 16) | external;
}

/** The live mapping of an internal endpoint, or NONE. */
export function findLive(protocol: u32, address: be32, port: be16): u32 {
  const number = find(protocol, address, port);
  return number != NONE && isLive(number) ? number : NONE;
}

/** The live mapping of an external port, in wire order, or NONE. */
export function owner(protocol: u32, port: be16): u32 {
  const number = (protocol << 16) | ntoh16(port);
  return isLive(number) ? number : NONE;
}

/** Whether the mapping exists and has not expired. False for a sentinel. */
export function isLive(number: u32): bool {
  const mapping = Mapping.at(number);
  return mapping.slot != 0 && clock.now() - mapping.last < lifetime(ringOf(number));
}

/** The ring, and so the lifetime, that the mapping belongs to. */
export function ringOf(number: u32): u32 {
  const protocol = number >> 16;
  if (protocol != Protocol.Tcp) return protocol;
  return protocol + u32(isEstablished(Mapping.at(number).phase));
}

/** Milliseconds. */
export function lifetime(ring: u32): u64 {
  return load<u32>(AGES + (ring << 2));
}

/** The external port, in wire order. */
export function externalPort(number: u32): be16 {
  return ntoh16(<u16>number);
}

/**
 * Restarts the lifetime (RFC 4787 §4.3), in the ring that the mapping now belongs to. A mapping moves in
 * its ring once a tick only: so known flows touch no neighbours, and the ring's order is true to a tick.
 */
export function refresh(number: u32, formerRing: u32, ring: u32): void {
  const mapping = Mapping.at(number);
  const now = clock.now();
  if (ring != formerRing || clock.tickOf(mapping.last) != clock.tickOf(now)) {
    recency.remove(number);
    recency.append(number, ring);
  }
  mapping.last = now;
}

/**
 * An internal endpoint as the key of the endpoint table: never 0 for a sender, as addresses in 0/8
 * are not let in; an ICMP error may ask for 0, and find nothing.
 */
export function keyOf(address: be32, port: be16): u64 {
  return ((<u64>address) << 16) | port;
}

if (offsetof<Mapping>("last") != RecordOffset.Last) ERROR("Mapping.last is not where abi.ts says");
if (offsetof<Mapping>("created") != RecordOffset.Created) ERROR("Mapping.created is misplaced");
if (offsetof<Mapping>("previous") != RecordOffset.Previous) ERROR("Mapping.previous is misplaced");
if (offsetof<Mapping>("next") != RecordOffset.Next) ERROR("Mapping.next is misplaced");
if (offsetof<Mapping>("slot") != RecordOffset.Slot) ERROR("Mapping.slot is misplaced");
if (offsetof<Mapping>("remoteAddress") != RecordOffset.RemoteAddress)
  ERROR("remoteAddress is misplaced");
if (offsetof<Mapping>("remotePort") != RecordOffset.RemotePort) ERROR("remotePort is misplaced");
if (offsetof<Mapping>("phase") != RecordOffset.Phase) ERROR("Mapping.phase is misplaced");
