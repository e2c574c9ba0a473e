/** The part of a memory that the kernel receives into and sends from. */

/** Octets that the kernel keeps free in front of every received frame (XDP_PACKET_HEADROOM). */
const KERNEL_HEADROOM = 256;

const ETHERNET_HEADER = 14;
const CHUNK_SIZES = [2048, 4096];
const FEWEST_PER_SOCKET = 32;

/** Fills in what was left out. Throws a RangeError about what no UMEM can be. */
export function readUmem({ start, frames, frameOctets = 2048, headroom = 0 }, sockets) {
  if (!Number.isInteger(frames) || frames < 1 || frames > 2 ** 20 || frames & (frames - 1)) {
    throw new RangeError(`umem.frames must be a power of two up to 1048576, not ${frames}`);
  }
  if (frames < FEWEST_PER_SOCKET * sockets) {
    throw new RangeError(`umem.frames must be at least ${FEWEST_PER_SOCKET} for each interface`);
  }
  if (!CHUNK_SIZES.includes(frameOctets)) {
    throw new RangeError(`umem.frameOctets must be ${CHUNK_SIZES.join(" or ")}`);
  }
  const umem = { start, frames, frameOctets, headroom };
  if (!Number.isInteger(headroom) || headroom < 0 || largestMtu(umem) < 68) {
    throw new RangeError(`umem.headroom leaves no room for a frame: ${headroom}`);
  }
  return umem;
}

/** Octets of IP datagram in the longest frame that can be received. */
export function largestMtu({ frameOctets, headroom }) {
  return frameOctets - KERNEL_HEADROOM - headroom - ETHERNET_HEADER;
}
