/** The TCP header (RFC 9293 §3.1), viewed in place. */
import { be16 } from "./order";

export const MIN_HEADER: u32 = 20;

/** Octets needed to reach the checksum: an ICMP error need not quote that many. */
export const THROUGH_CHECKSUM: u32 = 18;

/** Control bits. */
export const FIN: u32 = 1;
export const SYN: u32 = 2;
export const RST: u32 = 4;
export const ACK: u32 = 16;

@unmanaged
export class Tcp {
  src: be16;
  dst: be16;
  private sequence: u32;
  private acknowledgment: u32;
  private offsetWire: u8;
  private controlBits: u8;
  private window: be16;
  checksum: be16;

  static at(ptr: usize): Tcp {
    return changetype<Tcp>(ptr);
  }

  /** Octets of the header, options included. */
  get headerLength(): u32 {
    return (this.offsetWire >> 4) << 2;
  }

  /** FIN, SYN, RST and ACK, and the bits that no one here reads. */
  get flags(): u32 {
    return this.controlBits;
  }
}

if (offsetof<Tcp>("checksum") != 16) ERROR("Tcp.checksum belongs at octet 16");
