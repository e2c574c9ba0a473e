/**
 * Linux TUN and TAP devices. A *packet* is what one read of the device gives: an IP datagram from
 * a TUN, an Ethernet frame from a TAP. All lengths and offsets are in octets.
 *
 * Every failed system call throws a DeviceError; every wrong argument a TypeError or RangeError.
 */

/** `tun` carries IP datagrams, `tap` Ethernet frames. */
export type Kind = "tun" | "tap";

export interface OpenOptions {
  kind: Kind;

  /**
   * At most 15 octets. A device of this name is attached to if there is one (made by
   * `ip tuntap add`, or persistent), and made otherwise. Left out, the kernel picks "tun0", ….
   */
  name?: string | undefined;

  /** Octets of IP datagram: 68 to 65535, or 65521 on a TAP. Left out, the MTU stays as it is. */
  mtu?: number | undefined;

  /** Whether to bring the interface up (the default). False leaves it as it is. */
  up?: boolean | undefined;

  /**
   * Whether each packet, read or written, begins with the 10 octets of `struct virtio_net_hdr`,
   * little-endian on every machine. They count towards lengths and capacities. README.md says what
   * they may be. Say the same for all queues of a device: the kernel heeds the first, in silence.
   */
  vnetHeader?: boolean | undefined;

  /**
   * Whether the kernel may leave work undone in packets that are read, up to 65,535 octets behind
   * the header: checksums, and cutting into packets that fit what is sent by TCP over IPv4 and by
   * UDP. Needs `vnetHeader`. What was obtained is in `Device.offloads`. Left out, as if false:
   * packets are complete, and no longer than the MTU allows. Say the same for all queues of a
   * device: the kernel heeds the last.
   */
  offloads?: boolean | undefined;

  /**
   * Whether the device may be opened several times, each time as one more queue of it (at most
   * 256), and each time with this set: else the second `open` is refused (`EBUSY`). The kernel keeps
   * a flow's packets in one queue.
   */
  multiQueue?: boolean | undefined;

  /** Whether the interface outlives `close`. Left out, that stays as it is. */
  persist?: boolean | undefined;
}

/** What the kernel may leave undone in packets that are read, and says so in their virtio header. */
export interface Offloads {
  /** Checksums. */
  readonly checksum: boolean;

  /** The segmentation of TCP over IPv4. */
  readonly tcp: boolean;

  /** The segmentation of UDP. Needs Linux 6.2. */
  readonly udp: boolean;
}

/**
 * An open device, which never blocks. Keep a reference to it while its `fd` is in use: one that is
 * garbage-collected closes.
 *
 * Packets go straight between the kernel and the `memory` given, which may be a WebAssembly memory
 * or shared; nothing is copied or allocated per packet, and no view is kept after the call. A table
 * says where they lie: `table[e * stride]` is the offset of entry e in `memory`, and
 * `table[e * stride + 1]` its length. `stride` is in words, at least 2; the table may lie in
 * `memory`. A range that leaves `memory` or `table` throws a RangeError before any packet moves.
 */
export interface Device {
  /** As the kernel gave it. A later rename is not seen. */
  readonly name: string;

  readonly kind: Kind;

  /** The descriptor, owned by this device, or -1 once closed. */
  readonly fd: number;

  /** All false unless `offloads` was set. */
  readonly offloads: Offloads;

  /** Octets of IP datagram, asked of the kernel each time. */
  readonly mtu: number;

  /** The interface's Ethernet address, 6 octets, asked of the kernel each time; zeros of a TUN. */
  readonly mac: Uint8Array;

  /**
   * Reads up to `count` packets one behind the other into the octets `start` to `end` of `memory`,
   * `end` not included, and writes where each lies and its length into entries `first`,
   * `first + 1`, ….
   *
   * Each begins `gap` octets (less than 64) behind a multiple of 64, counted from the start of
   * `memory`, in the first such place that leaves at least `gap` octets free behind `start` or the
   * packet before. So small packets lie densely, and long ones fit too.
   *
   * At most `capacity` octets of each are stored. A length of `capacity + 1` says that the packet
   * was longer, and is cut off: drop it.
   *
   * Returns how many were read: less than `count` if no more are waiting, or if less than
   * `capacity` octets were left; what is waiting then is not lost. A RangeError if that is so from
   * the start. Throws a DeviceError, `ENODEV` if the interface was deleted, `EBADF` if this device
   * is closed; an error after the first packet is thrown by the next call.
   */
  read(
    memory: Uint8Array,
    table: Uint32Array,
    stride: number,
    first: number,
    count: number,
    start: number,
    end: number,
    capacity: number,
    gap: number,
  ): number;

  /**
   * Writes the packets of `entries[0]` to `entries[count - 1]`, in this order.
   *
   * A packet that the kernel refuses is skipped, and lost: it is malformed or too long, there is
   * no room for it, or the interface is down. Returns how many were written.
   * Throws as `read` does.
   */
  write(
    memory: Uint8Array,
    table: Uint32Array,
    stride: number,
    entries: Uint32Array,
    count: number,
  ): number;

  /**
   * Closes the descriptor; an interface that is not persistent goes with its last one. Idempotent.
   */
  close(): void;
}

/** Opens a device of `/dev/net/tun`, in the network namespace of this process. */
export function open(options: OpenOptions): Device;

/** The bit that `wait` sets when the event loop has something to do: 2 ** 31. */
export const EVENT_LOOP: number;

/**
 * Waits, blocking this thread, until one of `fds` has something to read or has failed, the event
 * loop of this thread has something to do, or `timeout` milliseconds are over.
 *
 * Returns bit i if `fds[i]` has something to read or has failed, as when the interface was deleted;
 * reading tells which. EVENT_LOOP is set if the event loop has something to do. 0 says that the
 * time is over, or that a signal came: then the next call returns at once, with EVENT_LOOP if the
 * signal has a handler. The result is never negative; that of `&` with EVENT_LOOP is, so compare it
 * with 0.
 *
 * `fds` are at most 31, or none. Negative ones are passed over: put -1 where one is closed or
 * failed, since a failed one ends every wait, and the number of a closed one may soon be another
 * file's. `timeout` is 0, which only looks, to 1000, and may be a fraction; the kernel adds about
 * 0.05 (prctl(2), PR_SET_TIMERSLACK). More is a RangeError, since timers wait as long.
 *
 * While it blocks, no JavaScript runs in this thread. What comes from outside ends the wait, and
 * runs in the event loop's next turn: connections, data and room to write on its descriptors,
 * messages from other threads, signals, ends of child processes, finished operations on files and
 * look-ups of names. What the thread has in store for itself does not, and is late by as much as
 * the wait takes: timers, `setImmediate`, promises, `process.nextTick`, the closing of handles.
 *
 * The event loop looks only in its turn at what it is to wait for. A descriptor that is new since
 * then, or waits for something new, does not end the wait. Hence:
 *
 * - call `wait` from a callback of `setImmediate`, where a turn has just been;
 * - return from there after EVENT_LOOP, or else that is set again at once; and if not, every few
 *   milliseconds all the same, for timers, and for descriptors that this very turn has opened.
 *
 * Terminating a worker ends its wait. `performance.eventLoopUtilization` takes the time spent here
 * for work.
 */
export function wait(fds: Int32Array, timeout: number): number;

/** A system call that failed. The message says what, on which device, why, and what to do. */
export class DeviceError extends Error {
  constructor(operation: string, device: string, code: string, problem: string, remedy: string);

  /** The system call or ioctl, as in "TUNSETIFF". */
  readonly operation: string;

  /** The device's name, or its kind if it has none yet. */
  readonly device: string;

  /** The name of the errno, as in "EPERM". */
  readonly code: string;
}
