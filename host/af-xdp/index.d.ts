/**
 * AF_XDP sockets whose frames lie in one memory, shared by several interfaces: a frame received
 * on one is changed in place and sent from there out of another. Lengths and offsets are octets.
 *
 * Every failed system call throws a DeviceError; every wrong argument a TypeError or RangeError.
 */

/** Where the XDP program runs: in the driver, or behind it, for drivers that have no XDP. */
export type Mode = "native" | "generic";

/** Which frames go to the socket. All others go on to the kernel, VLAN-tagged ones among them. */
export interface Filter {
  /**
   * At most 64 IPv4 addresses. ARP frames with one of these as target protocol address are taken,
   * and IPv4 frames for one of them, if their destination MAC is the interface's own.
   */
  addresses: readonly string[];

  /**
   * "all-but" takes all other IPv4 frames for the interface's own MAC as well, but those for a
   * multicast, broadcast or reserved address (224.0.0.0 and above) and for one of `except`.
   */
  destinations: "only-addresses" | "all-but";

  /** At most 64 IPv4 addresses: the host's own. */
  except?: readonly string[] | undefined;
}

export interface Interface {
  /** An Ethernet interface of the network namespace of this process. Each only once. */
  name: string;

  /** The one receive queue that frames are taken from (default 0). Those of others are dropped. */
  queue?: number | undefined;

  take: Filter;
}

/** The part of the memory that the kernel receives into and sends from, cut into chunks. */
export interface Umem {
  /** Its offset in the memory. Must lie on a page: a multiple of 4096 in a WebAssembly.Memory. */
  start: number;

  /**
   * How many chunks: a power of two, at least 32 for each interface. A socket has as many to
   * receive into, and may have as many under way, as is the largest power of two up to
   * `frames / 2 / interfaces`.
   */
  frames: number;

  /** Octets of a chunk: 2048 (the default) or 4096. */
  frameOctets?: 2048 | 4096 | undefined;

  /** Octets to leave free before a received frame, besides the 256 that always are (default 0). */
  headroom?: number | undefined;
}

export interface GroupOptions {
  /** The whole memory, which must not move: one of a WebAssembly.Memory, shared or not. */
  memory: Uint8Array;

  umem: Umem;

  /** One to 16. */
  interfaces: readonly Interface[];

  /**
   * Left out: the mode of the program that is replaced, or native, or generic where the driver has
   * no native. To change the mode of one that is there takes a moment without any.
   */
  mode?: Mode | undefined;

  /** Whether to replace the XDP program of somebody else (default false: that is an error). */
  replace?: boolean | undefined;
}

/** How many chunks each owner has; together `umem.frames`. */
export interface FrameCounts {
  /** In the pool. */
  free: number;

  /** Given to the kernel to receive into, and not yet received from a socket. */
  receiving: number;

  /** With the caller. */
  held: number;

  /** Sent, and not yet back. */
  sending: number;
}

/**
 * A table says where frames lie: `table[e * stride]` is the offset of entry e in the memory, and
 * `table[e * stride + 1]` its length. `stride` is in words, at least 2; the table may lie in the
 * memory. A frame may begin anywhere in its chunk and end anywhere in it.
 *
 * Each chunk is the pool's, the kernel's or the caller's. Only those of the caller can be sent or
 * released, so that no frame is ever in two places. An entry that is not in the table, not in the
 * UMEM, not the caller's, listed twice, shorter than an Ethernet header or crossing the end of its
 * chunk throws a RangeError, before any frame has moved.
 */
export interface Socket {
  readonly name: string;

  /** Of the queue, as asked for. */
  readonly queue: number;

  /** The interface's number. */
  readonly index: number;

  /** The interface's MAC, 6 octets, as it was when the group was opened. */
  readonly mac: Uint8Array;

  /** What the mode became. */
  readonly mode: Mode;

  /**
   * The descriptor, or -1 once closed. It polls as readable when frames wait. Keep what waits for
   * it from doing so before the group is closed. The end of the interface does not show there.
   */
  readonly fd: number;

  /**
   * Receives up to `count` frames, into entries `first`, `first + 1`, …: offset and length are
   * stored there, and the frames are the caller's. Never blocks. Gives the kernel new chunks.
   */
  receive(table: Uint32Array, stride: number, first: number, count: number): number;

  /**
   * Sends the frames of `entries[0]` to `entries[count - 1]`, wherever they were received, and
   * returns how many it took. Those after stay the caller's: too many are under way.
   *
   * Throws a DeviceError, `ENODEV`, if the interface was deleted: the frames are gone with it.
   */
  send(table: Uint32Array, stride: number, entries: Uint32Array, count: number): number;

  /**
   * What the kernel has counted since the group was opened. Throws a DeviceError, `ENODEV`, if the
   * interface was deleted.
   */
  statistics(): Statistics;
}

export interface Statistics {
  /**
   * Received and dropped: too long, or another reason. Among them are those that `fillRingEmpty`
   * counts.
   */
  dropped: number;

  /** Descriptors that the kernel found wrong; always 0. */
  invalidReceived: number;
  invalidSent: number;

  /** Received and dropped: the caller did not receive fast enough. */
  receiveRingFull: number;

  /** Dropped, as no chunk was there: the caller did not receive fast enough, or holds too many. */
  fillRingEmpty: number;
}

/** Keep a reference to it while its sockets are in use: one that is garbage-collected closes. */
export interface Group {
  /** In the order of `interfaces`. */
  readonly sockets: readonly Socket[];

  /** The memory it was opened with. */
  readonly memory: Uint8Array;

  /** Counted one by one at each access, and so not for every packet. */
  readonly frames: FrameCounts;

  /**
   * Takes up to `count` chunks out of the pool, for frames of the caller's own making, into
   * entries `first`, `first + 1`, …: the offset is that of the chunk and its headroom, the length
   * 0. Returns how many there were.
   */
  take(table: Uint32Array, stride: number, first: number, count: number): number;

  /** Puts the chunks of frames that are not to be sent back into the pool, whatever their length. */
  release(table: Uint32Array, stride: number, entries: Uint32Array, count: number): void;

  /**
   * To be called before waiting: sends what the kernel had no room for, and gives it all the
   * chunks it can have to receive into. Returns how many frames still wait to be sent: call again
   * a little later if there are any.
   */
  flush(): number;

  /**
   * Closes the sockets. Idempotent. The programs are taken off, unless `detach` is false: then,
   * as when the process dies, they stay and drop the frames that were for the sockets, until
   * another group is opened or `ip link set … xdp off` is said: `xdpgeneric off`, if the socket's
   * mode was generic.
   */
  close(options?: { detach?: boolean | undefined }): void;
}

/**
 * Opens one socket on each interface, and attaches the programs that send them frames. Takes over
 * interfaces whose program a former process left; waits up to a second for a queue to become free.
 */
export function openGroup(options: GroupOptions): Group;

export interface Facts {
  index: number;

  mac: Uint8Array;

  /** Octets of IP datagram. */
  mtu: number;

  /** The host's IPv4 addresses there, whether or not the interface is up and has a carrier. */
  addresses: string[];

  /**
   * The queues in use by which it receives: those that do nothing else, and those that send as well.
   * Null where the driver does not say.
   */
  channels: { receiving: number; combined: number } | null;
}

/**
 * What the kernel says of an Ethernet interface now. Throws a DeviceError: `ENODEV` if there is
 * none, `ENOTSUP` if it is of another type.
 */
export function lookUp(name: string): Facts;

/** A system call that failed. The message says what, on which interface, why, and what to do. */
export class DeviceError extends Error {
  constructor(operation: string, device: string, code: string, problem: string, remedy: string);

  /** The system call or its purpose, as in "bind". */
  readonly operation: string;

  /** The interface's name. */
  readonly device: string;

  /** The name of the errno, as in "EPERM". */
  readonly code: string;
}
