/** From the protocol number of an IP header to the tables of that protocol. */
import { Protocol } from "../abi";
import { ICMP, TCP, UDP } from "../wire/ipv4";

/** A protocol that is not translated. */
export const NO_PROTOCOL: u32 = 0xff;

export function tableOf(number: u32): u32 {
  if (number == UDP) return Protocol.Udp;
  if (number == TCP) return Protocol.Tcp;
  return number == ICMP ? Protocol.Icmp : NO_PROTOCOL;
}
