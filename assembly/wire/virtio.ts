/**
 * The header that a TUN or TAP device can put before a packet: `struct virtio_net_hdr` (virtio 1.2
 * §5.1.6), little-endian, viewed in place. It says what the kernel left undone: a checksum to be
 * finished, a superpacket to be cut to segments.
 */

/** The checksum is to be finished by whoever sends the packet on. */
const NEEDS_CHECKSUM: u32 = 1;

/** No checksum is to be finished: in place of `unfinished`, beyond the end of any packet. */
export const NOTHING: u32 = 0xffffffff;

@unmanaged
export class Virtio {
  private flags: u8;
  private segmentation: u8;
  private headerLength: u16;
  private segmentSize: u16;
  /** Octets from the packet's first: where the sum over the rest of it begins. */
  private checksumStart: u16;
  /** Octets from there to the field that holds the sum so far, and is to hold the checksum. */
  private checksumOffset: u16;

  static at(ptr: usize): Virtio {
    return changetype<Virtio>(ptr);
  }

  /** The checksum that is to be finished, `start | offset << 16`, or NOTHING. */
  get unfinished(): u32 {
    const isUnfinished = (this.flags & NEEDS_CHECKSUM) != 0;
    return isUnfinished ? load<u32>(changetype<usize>(this), 6) : NOTHING;
  }
}

if (offsetof<Virtio>("checksumStart") != 6) ERROR("Virtio.checksumStart belongs at octet 6");
if (offsetof<Virtio>("checksumOffset") != 8) ERROR("Virtio.checksumOffset belongs at octet 8");
