/**
 * The path of packets: a batch is received from each device into the core's memory, carried through
 * the core by one call, and sent by one call per device. Nothing is copied or allocated for a packet
 * here, unless its next hop's Ethernet address has to be found out first.
 */
import { DESCRIPTOR_WORDS, Side, Verdict } from "../assembly/abi.ts";
import type { Nat } from "./nat.ts";
import type { PacketDevice } from "./packet-device.ts";
import { Resolver } from "./resolver.ts";

/** Packets taken from one device for one batch. */
export const BATCH = 64;

/** Packets of one device since the start. */
export interface Traffic {
  received: number;
  sent: number;
  /** Refused by the device, as when it is full or down. */
  lost: number;
  /** Given up, as the next hop did not say its Ethernet address. */
  unresolved: number;
}

type Counts = Omit<Traffic, "unresolved">;

/** Packets that are dealt with alike. */
interface Pile {
  entries: Uint32Array;
  count: number;
}

/** Carries packets between two devices. */
export class Forwarder {
  readonly #nat: Nat;
  readonly #clock: { now(): number };
  readonly #devices: readonly [PacketDevice, PacketDevice];
  readonly #resolver: Resolver | undefined;
  /** Without what the resolver knows. */
  readonly #counts: readonly [Counts, Counts] = [
    { received: 0, sent: 0, lost: 0 },
    { received: 0, sent: 0, lost: 0 },
  ];
  /** By side: the packets of this batch that leave there. */
  readonly #leaving = [emptyPile(), emptyPile()] as const;
  /** Those that do not leave. */
  readonly #staying = emptyPile();

  /** `devices` are indexed by `Side`. `clock` is read once a batch, in milliseconds. */
  constructor(
    nat: Nat,
    clock: { now(): number },
    devices: readonly [internal: PacketDevice, external: PacketDevice],
  ) {
    this.#nat = nat;
    this.#clock = clock;
    this.#devices = devices;
    this.#resolver = nat.settings.router === null ? undefined : this.#makeResolver();
  }

  /** Indexed by `Side`. */
  get traffic(): readonly [Traffic, Traffic] {
    const of = (side: Side): Traffic => ({
      ...this.#counts[side]!,
      unresolved: this.#resolver?.held[side]!.lost ?? 0,
    });
    return [of(Side.Internal), of(Side.External)];
  }

  /**
   * Carries what is waiting, up to `BATCH` packets of each side. Returns how many packets that was.
   * `isDue` is to be true every few milliseconds: next hops are then looked after, though no packet
   * has come.
   */
  forward(isDue = true): number {
    const internal = this.#receive(Side.Internal, 0);
    const count = internal + this.#receive(Side.External, internal);
    if (count === 0 && (this.#resolver === undefined || !isDue)) return 0;
    const now = this.#clock.now();
    if (count > 0) {
      this.#nat.process(count, now);
      this.#deliver(count, now);
    }
    this.#resolver?.attend(now);
    return count;
  }

  #receive(side: Side, first: number): number {
    const { descriptors } = this.#nat;
    const count = this.#devices[side]!.receive(first, BATCH);
    for (let entry = first; entry < first + count; entry++) {
      descriptors[entry * DESCRIPTOR_WORDS + 2] = side;
    }
    this.#counts[side]!.received += count;
    return count;
  }

  #deliver(count: number, now: number): void {
    const { descriptors } = this.#nat;
    const [internal, external] = this.#leaving;
    const staying = this.#staying;
    for (let entry = 0; entry < count; entry++) {
      const at = entry * DESCRIPTOR_WORDS;
      const verdict: Verdict = descriptors[at + 3]! & 0xff;
      if (verdict === Verdict.Forward) {
        add(descriptors[at + 2] === Side.Internal ? internal : external, entry);
        continue;
      }
      if (verdict === Verdict.Resolve) this.#resolver!.hold(entry, now);
      add(staying, entry);
    }
    if (internal.count > 0) this.#send(Side.Internal, internal.entries, taken(internal));
    if (external.count > 0) this.#send(Side.External, external.entries, taken(external));
    if (staying.count > 0) this.#devices[0].release(staying.entries, taken(staying));
  }

  #send(side: Side, entries: Uint32Array, count: number): void {
    const sent = this.#devices[side]!.send(entries, count);
    this.#counts[side]!.sent += sent;
    this.#counts[side]!.lost += count - sent;
  }

  #makeResolver(): Resolver {
    return new Resolver(this.#nat, {
      take: (side, entry) => this.#devices[side]!.take(entry),
      send: (side, entries, count) => this.#send(side, entries, count),
      deliver: (count, now) => this.#deliver(count, now),
    });
  }
}

function emptyPile(): Pile {
  return { entries: new Uint32Array(2 * BATCH), count: 0 };
}

function add(pile: Pile, entry: number): void {
  pile.entries[pile.count++] = entry;
}

/** How many there are; the next ones make a new pile. */
function taken(pile: Pile): number {
  const { count } = pile;
  pile.count = 0;
  return count;
}
