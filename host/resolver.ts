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

/** Milliseconds between two requests for the gateway, which is known for five minutes. */
const GATEWAY_INTERVAL = 60_000;

/** How often the NAT announces itself, and the milliseconds between (RFC 5227 §1.1). */
const ANNOUNCEMENTS = 2;
const ANNOUNCEMENT_INTERVAL = 2000;

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
  readonly held: readonly [HeldFrames, HeldFrames];
  readonly #nat: Nat;
  readonly #carrier: Carrier;
  readonly #requests: readonly [Uint8Array, Uint8Array];
  readonly #own = Uint32Array.of(OWN);
  /** Octets before the Ethernet header of a frame that leaves. */
  readonly #header: number;
  readonly #gateway: number;
  /** `Nat.heard` when frames were last handed in again. */
  #heard = 0;
  /** Yet to be made. */
  #announcements = ANNOUNCEMENTS;
  /** In milliseconds: when to look after things next, to ask for the gateway, and to announce. */
  #due = 0;
  #gatewayDue = 0;
  #announcementDue = 0;

  /** For a `nat` that is a router. */
  constructor(nat: Nat, carrier: Carrier) {
    this.#nat = nat;
    this.#carrier = carrier;
    this.#header = nat.settings.virtioHeader ? VIRTIO_HEADER : 0;
    this.#gateway = addressToWord(nat.settings.router!.gateway);
    this.held = [new HeldFrames(), new HeldFrames(this.#gateway)];
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
    // First: the place of a frame that was handed in again may be that of the request.
    this.held[side]!.hold(hop, packets.subarray(begin, begin + descriptors[at + 1]!), now);
    this.#ask(side, hop, now);
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
      this.held[side]!.lose();
      return;
    }
    packets.set(frame, descriptors[0]! + room);
    descriptors[1] = room + frame.length;
    descriptors[2] = HELD + side;
    this.#nat.process(1, now);
    this.#carrier.deliver(1, now);
  }

  #tend(now: number): void {
    this.#due = now + INTERVAL;
    if (this.#announcements > 0 && now >= this.#announcementDue) this.#announce(now);
    for (const side of [Side.Internal, Side.External]) {
      for (const hop of this.held[side]!.tend(now)) this.#ask(side, hop, now);
    }
    if (now < this.#gatewayDue && this.#isKnown(Side.External, this.#gateway)) return;
    const isAsked = this.#ask(Side.External, this.#gateway, now);
    if (isAsked) this.#gatewayDue = now + GATEWAY_INTERVAL;
  }

  #isKnown(side: Side, hop: number): boolean {
    return this.#nat.tables.isKnown(side, hop);
  }

  /** Tells the hosts, which may know another station by the NAT's address (RFC 5227 §2.3). */
  #announce(now: number): void {
    const address = addressToWord(this.#nat.settings.router!.internalAddress);
    if (!this.#request(Side.Internal, address)) return;
    this.#announcements -= 1;
    this.#announcementDue = now + ANNOUNCEMENT_INTERVAL;
  }

  /** Returns whether it has asked. */
  #ask(side: Side, hop: number, now: number): boolean {
    const held = this.held[side]!;
    if (!held.mayAsk(hop, now) || !this.#request(side, hop)) return false;
    held.noteAsked(hop, now);
    return true;
  }

  /** Returns false when there is no place for it. */
  #request(side: Side, address: number): boolean {
    if (!this.#carrier.take(side, OWN)) return false;
    const { packets, descriptors, room } = this.#nat;
    const request = askFor(this.#requests[side]!, address);
    const at = OWN * DESCRIPTOR_WORDS;
    const begin = descriptors[at]! + room;
    packets.fill(0, begin, begin + this.#header);
    packets.set(request, begin + this.#header);
    descriptors[at] = begin;
    descriptors[at + 1] = this.#header + request.length;
    this.#carrier.send(side, this.#own, 1);
    return true;
  }
}
