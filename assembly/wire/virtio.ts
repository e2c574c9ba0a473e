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

  /** Nothing is left undone. */
  clear(): void {
    store<u64>(changetype<usize>(this), 0);
    this.checksumOffset = 0;
  }

  /** Octets of payload in each segment of a superpacket; 0 for a packet that is not to be cut. */
  get segment(): u32 {
    return this.segmentation == 0 ? 0 : this.segmentSize;
  }

  /** The checksum that is to be finished, `start | offset << 16`, or NOTHING. */
  get unfinished(): u32 {
    const isUnfinished = (this.flags & NEEDS_CHECKSUM) != 0;
    return isUnfinished ? load<u32>(changetype<usize>(this), 6) : NOTHING;
  }
}

/** The same, with its start counted from behind `octets` more. NOTHING stays beyond any packet. */
export function behind(unfinished: u32, octets: u32): u32 {
  const start = unfinished & 0xffff;
  return (unfinished & 0xffff0000) | (max(start, octets) - octets);
}

if (offsetof<Virtio>("segmentSize") != 4) ERROR("Virtio.segmentSize belongs at octet 4");
if (offsetof<Virtio>("checksumStart") != 6) ERROR("Virtio.checksumStart belongs at octet 6");
if (offsetof<Virtio>("checksumOffset") != 8) ERROR("Virtio.checksumOffset belongs at octet 8");
