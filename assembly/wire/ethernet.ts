/** The Ethernet header (RFC 894), viewed in place. Addresses are its octets as a number, the first the lowest. */
import { be16 } from "./order";

export const TYPE_IPV4: be16 = 0x0008;
export const TYPE_ARP: be16 = 0x0608;

export const BROADCAST: u64 = 0xffffffffffff;

@unmanaged
export class Ethernet {
  static at(ptr: usize): Ethernet {
    return changetype<Ethernet>(ptr);
  }

  get destination(): u64 {
    return loadStation(changetype<usize>(this));
  }

  get type(): be16 {
    return load<u16>(changetype<usize>(this), 12);
  }

  set type(type: be16) {
    store<u16>(changetype<usize>(this), type, 12);
  }

  address(destination: u64, source: u64): void {
    storeStation(changetype<usize>(this), destination);
    storeStation(changetype<usize>(this) + 6, source);
  }
}

export function loadStation(at: usize): u64 {
  return (<u64>load<u32>(at)) | ((<u64>load<u16>(at, 4)) << 32);
}

export function storeStation(at: usize, station: u64): void {
  store<u32>(at, <u32>station);
  store<u16>(at, <u16>(station >> 32), 4);
}

/** Whether an address is that of one station: no group's (its first bit on the wire), and not 0. */
export function isOfOne(station: u64): bool {
  return station != 0 && (station & 1) == 0;
}
