/**
 * Neighbours: whose Ethernet addresses are known (docs/behaviour.md §10). One for each value of an
 * address's low 12 bits, the latest: bounded, and nothing to search.
 */
import { NEIGHBOURS } from "../layout";
import { NEIGHBOURS_KEPT } from "../limits";
import { be32 } from "../wire/order";
import * as clock from "./clock";

/** No station's address. */
export const UNKNOWN: u64 = 0;

/** Ticks: five minutes. */
const LIFETIME: u32 = 293;

@unmanaged
class Neighbour {
  address: be32;
  private station: u32;
  private stationEnd: u16;
  /** Ticks. */
  heard: u32;

  static of(side: u32, address: be32): Neighbour {
    const index = side * NEIGHBOURS_KEPT + (bswap<u32>(address) & (NEIGHBOURS_KEPT - 1));
    return changetype<Neighbour>(NEIGHBOURS + ((<usize>index) << 4));
  }

  get ethernet(): u64 {
    return (<u64>this.station) | ((<u64>this.stationEnd) << 32);
  }

  set ethernet(station: u64) {
    this.station = <u32>station;
    this.stationEnd = <u16>(station >> 32);
  }
}

/** The Ethernet address of a neighbour, or UNKNOWN. */
export function find(side: u32, address: be32): u64 {
  const neighbour = Neighbour.of(side, address);
  const isKnown = neighbour.address == address && now() - neighbour.heard < LIFETIME;
  return isKnown ? neighbour.ethernet : UNKNOWN;
}

/** Whether there is a neighbour with this address, be it long ago. */
export function isKept(side: u32, address: be32): bool {
  return Neighbour.of(side, address).address == address;
}

/** Notes that a neighbour has been heard. */
export function keep(side: u32, address: be32, station: u64): void {
  const neighbour = Neighbour.of(side, address);
  neighbour.address = address;
  neighbour.ethernet = station;
  neighbour.heard = now();
}

function now(): u32 {
  return clock.tickOf(clock.now());
}
