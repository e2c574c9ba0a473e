/** An ARP message about IPv4 on Ethernet (RFC 826), viewed in place. */
import { loadStation, storeStation } from "./ethernet";
import { be32 } from "./order";

/** Octets. */
export const LENGTH: u32 = 28;

/** Hardware type 1, protocol type 0x0800, lengths 6 and 4, as they lie. */
const ETHERNET_AND_IPV4: u64 = 0x0406_0008_0100;

export const REQUEST: u32 = 1;
export const REPLY: u32 = 2;

@unmanaged
export class Arp {
  static at(ptr: usize): Arp {
    return changetype<Arp>(ptr);
  }

  get isOfIpv4(): bool {
    return loadStation(changetype<usize>(this)) == ETHERNET_AND_IPV4;
  }

  get operation(): u32 {
    return bswap<u16>(load<u16>(changetype<usize>(this), 6));
  }

  get senderStation(): u64 {
    return loadStation(changetype<usize>(this) + 8);
  }

  get sender(): be32 {
    return load<u32>(changetype<usize>(this), 14);
  }

  get target(): be32 {
    return load<u32>(changetype<usize>(this), 24);
  }

  /** Makes it the answer to itself: `station` has the address that was asked for. */
  answer(station: u64): void {
    const target = this.target;
    storeStation(changetype<usize>(this) + 18, this.senderStation);
    store<u32>(changetype<usize>(this), this.sender, 24);
    store<u16>(changetype<usize>(this), bswap<u16>(<u16>REPLY), 6);
    storeStation(changetype<usize>(this) + 8, station);
    store<u32>(changetype<usize>(this), target, 14);
  }
}
