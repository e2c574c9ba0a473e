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
   * Whether each packet, read or written, begins with the 10 octets of `struct virtio_net_hdr`, in
   * the machine's byte order. They count towards lengths and capacities. No offload is enabled, so
   * those read are zero.
   */
  vnetHeader?: boolean | undefined;

  /**
   * Whether the device may be opened several times, each time as one more queue of it (at most
   * 256), and each time with this set: else the second `open` is refused (`EBUSY`). The kernel keeps
   * a flow's packets in one queue.
   */
  multiQueue?: boolean | undefined;

  /** Whether the interface outlives `close`. Left out, that stays as it is. */
  persist?: boolean | undefined;
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

  /** Octets of IP datagram, asked of the kernel each time. */
  readonly mtu: number;

  /**
   * Reads up to `count` packets, into entries `first`, `first + 1`, …: each at the entry's offset,
   * at most `capacity` octets, its length stored in the table.
   *
   * A length of `capacity + 1` says that the packet was longer, and is cut off: drop it.
   * Returns how many were read: less than `count` if no more are waiting.
   * Throws a DeviceError, `ENODEV` if the interface was deleted, `EBADF` if this device is closed;
   * an error after the first packet is thrown by the next call.
   */
  read(
    memory: Uint8Array,
    table: Uint32Array,
    stride: number,
    first: number,
    count: number,
    capacity: number,
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
   * Closes the descriptor; an interface that is not persistent goes with its last one. Waiters on
   * it let go of it first, and never report it again. Idempotent.
   */
  close(): void;
}

/** Opens a device of `/dev/net/tun`, in the network namespace of this process. */
export function open(options: OpenOptions): Device;

/**
 * Calls back when one of up to 32 descriptors has something to read, or has failed. A thread of its
 * own waits for that, so the event loop stays free.
 *
 * Each `arm` gives at most one call. Arm again after reading until `read` returns less than was
 * asked for; arming with packets waiting is fine too, and calls back at once.
 */
export class Waiter {
  /**
   * Bit i of `ready` and `failed` stands for `fds[i]`. Failed means in error or hung up, as when
   * the interface was deleted; it stays so, hence close that device before arming again.
   *
   * A descriptor must stay open while waited for, unless it is closed by `Device.close`.
   */
  constructor(fds: readonly number[], callback: (ready: number, failed: number) => void);

  /** Asks for one call. No effect while one is asked for already, or once closed. */
  arm(): void;

  /** Keeps the process running while this waiter is open (the default). */
  ref(): this;

  /** Lets the process end while this waiter is open. */
  unref(): this;

  /** Stops the thread. No call follows, not even one due already. Idempotent. */
  close(): void;
}

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
