/**
 * Finds out the Ethernet addresses of next hops: holds their frames, asks, and hands the frames to
 * the core again once it has heard the answer. Nothing here is done for a packet whose next hop is
 * known; while nothing is held, a batch costs two comparisons.
 */
import { DESCRIPTOR_WORDS, HELD, MAX_BATCH, Side, VIRTIO_HEADER } from "../assembly/abi.ts";
import { addressToWord } from "./address.ts";
import { askFor, readWord, requestFrom } from "./arp.ts";
import { HeldFrames } from "./held-frames.ts";
import type { Nat } from "./nat.ts";

/** Milliseconds between two looks at what has been held for too long. */
const INTERVAL = 100;

/** Milliseconds between two requests for the gateway while it answers: it is known for five minutes. */
const GATEWAY_INTERVAL = 60_000;

/** The descriptor of a request, beyond those of a batch. */
const OWN = MAX_BATCH - 1;

/** The next hop's place in the Ethernet destination. */
const HOP = 2;

/** What carries frames for the resolver: see `PacketDevice`. */
export interface Carrier {
  take(side: Side, entry: number): boolean;
  send(side: Side, entries: Uint32Array, count: number): void;
  /** Does with the first `count` packets what the core has said of them. */
  deliver(count: number, now: number): void;
}

export class Resolver {
  /** Indexed by `Side`. */
  readonly held = [new HeldFrames(), new HeldFrames()] as const;
  readonly #nat: Nat;
  readonly #carrier: Carrier;
  readonly #requests: readonly [Uint8Array, Uint8Array];
  readonly #own = Uint32Array.of(OWN);
  /** Octets before the Ethernet header of a frame that leaves. */
  readonly #header: number;
  readonly #gateway: number;
  /** `Nat.heard` when frames were last handed in again. */
  #heard = 0;
  /** When to look after things next, and when to ask for the gateway, in milliseconds. */
  #due = 0;
  #gatewayDue = 0;

  /** For a `nat` that is a router. */
  constructor(nat: Nat, carrier: Carrier) {
    this.#nat = nat;
    this.#carrier = carrier;
    this.#header = nat.settings.virtioHeader ? VIRTIO_HEADER : 0;
    this.#gateway = addressToWord(nat.settings.router!.gateway);
    this.#requests = [
      requestFrom(Side.Internal, nat.settings),
      requestFrom(Side.External, nat.settings),
    ];
  }

  /** Holds the frame in `entry`, of which the core has said `Verdict.Resolve`. */
  hold(entry: number, now: number): void {
    const { packets, descriptors } = this.#nat;
    const at = entry * DESCRIPTOR_WORDS;
    const begin = descriptors[at]!;
    const side: Side = descriptors[at + 2]!;
    const hop = readWord(packets, begin + this.#header + HOP);
    this.#ask(side, hop, now);
    this.held[side]!.hold(hop, packets.subarray(begin, begin + descriptors[at + 1]!), now);
  }

  /** To be called after every batch, and at least every few milliseconds. */
  attend(now: number): void {
    const [internal, external] = this.held;
    if (internal.count + external.count > 0 && this.#nat.heard !== this.#heard) this.#release(now);
    if (now >= this.#due) this.#tend(now);
  }

  #release(now: number): void {
    this.#heard = this.#nat.heard;
    for (const side of [Side.Internal, Side.External]) {
      const frames = this.held[side]!.takeKnown((hop) => this.#isKnown(side, hop));
      for (const frame of frames) this.#handIn(frame, side, now);
    }
  }

  #handIn(frame: Uint8Array, side: Side, now: number): void {
    const { packets, descriptors, room } = this.#nat;
    if (!this.#carrier.take(side, 0)) {
      this.held[side]!.lost += 1;
      return;
    }
    packets.set(frame, descriptors[0]! + room);
    descriptors[1] = room + frame.length;
    descriptors[2] = HELD + side;
    this.#nat.process(1, now);
    this.#carrier.deliver(1, now);
  }

  #tend(now: number): void {
    if (this.#due === 0) this.#announce();
    this.#due = now + INTERVAL;
    for (const side of [Side.Internal, Side.External]) {
      for (const hop of this.held[side]!.tend(now)) this.#ask(side, hop, now);
    }
    if (now < this.#gatewayDue && this.#isKnown(Side.External, this.#gateway)) return;
    this.#gatewayDue = now + GATEWAY_INTERVAL;
    this.#ask(Side.External, this.#gateway, now);
  }

  #isKnown(side: Side, hop: number): boolean {
    return this.#nat.tables.isKnown(side, hop);
  }

  /** Tells the hosts, which may know another station by the NAT's address (RFC 5227 §2.3). */
  #announce(): void {
    this.#request(Side.Internal, addressToWord(this.#nat.settings.router!.internalAddress));
  }

  #ask(side: Side, hop: number, now: number): void {
    if (this.held[side]!.mayAsk(hop, now)) this.#request(side, hop);
  }

  #request(side: Side, address: number): void {
    if (!this.#carrier.take(side, OWN)) return;
    const { packets, descriptors, room } = this.#nat;
    const request = askFor(this.#requests[side]!, address);
    const at = OWN * DESCRIPTOR_WORDS;
    const begin = descriptors[at]! + room;
    packets.fill(0, begin, begin + this.#header);
    packets.set(request, begin + this.#header);
    descriptors[at] = begin;
    descriptors[at + 1] = this.#header + request.length;
    this.#carrier.send(side, this.#own, 1);
  }
}
