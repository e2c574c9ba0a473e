/**
 * Looking ahead: before the packets of a batch are decided, one after the other, their mappings are
 * looked up and called into the cache, many at a time, so that waiting for one is waiting for all.
 * What is found is a guess: packets before this one may change it. Who uses it checks it.
 */
import { Protocol, Side } from "../abi";
import { PORTS, PROTOCOLS } from "../limits";
import { Ipv4, MIN_HEADER, TCP } from "../wire/ipv4";
import { ntoh16 } from "../wire/order";
import { HEADER, Udp } from "../wire/udp";
import { Descriptor } from "./descriptor";
import { Mapping, NONE, find, keyOf } from "./mappings";
import { before, isReady } from "./settings";

/** Leaves a guess at its mapping's number in each packet's fate. Most packets have no IP options. */
export function guess(packets: u32): void {
  if (!isReady()) return;
  const headers = before();
  // Packets of one flow often come one behind the other.
  let lastKey: u64 = 0;
  let last = NONE;
  for (let index: u32 = 0; index < packets; index++) {
    const descriptor = Descriptor.at(index);
    if (descriptor.length < headers + MIN_HEADER + HEADER || !descriptor.isInside) continue;
    const packet = descriptor.start + headers;
    const ip = Ipv4.at(packet);
    const ports = Udp.at(packet + MIN_HEADER);
    const protocol: u32 = ip.protocol == TCP ? Protocol.Tcp : Protocol.Udp;
    if (descriptor.side != Side.Internal) {
      descriptor.fate = (protocol << 16) | ntoh16(ports.dst);
      continue;
    }
    const key = keyOf(ip.src, ports.src) | ((<u64>protocol) << 48);
    if (key != lastKey) last = find(protocol, ip.src, ports.src);
    lastKey = key;
    descriptor.fate = last;
  }
}

/** Reads from the record of each guess, for nothing but to have it in the cache. */
export function touch(packets: u32): void {
  for (let index: u32 = 0; index < packets; index++) {
    load<u64>(changetype<usize>(Mapping.at(min(Descriptor.at(index).fate, PROTOCOLS * PORTS))));
  }
}
