/** A descriptor: what the host says of a packet, and is told of it. */
import { DESCRIPTORS } from "../layout";

@unmanaged
export class Descriptor {
  /** Octets from PACKETS. */
  offset: u32;
  /** Octets, virtio header included. */
  length: u32;
  side: u32;
  /** `verdict | outcome << 8`; until then, a guess at the packet's mapping (ahead.ts). */
  fate: u32;

  static at(index: u32): Descriptor {
    return changetype<Descriptor>(DESCRIPTORS + ((<usize>index) << 4));
  }
}
