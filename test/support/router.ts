/** A NAT that is the router of two Ethernet links, driven frame by frame. */
import { Side } from "../../assembly/abi.ts";
import type { RouterOptions } from "../../host/router-settings.ts";
import type { NatOptions } from "../../host/settings.ts";
import { type Fate, E, HOST, REMOTE, TestNat, packetOut, sourceOf } from "./core.ts";
import * as frames from "./frames.ts";
import { VIRTIO_HEADER, virtioHeader } from "./virtio.ts";

/** The NAT's own internal address. */
export const R = "10.0.0.1";
export const GATEWAY = "203.0.113.6";

/** Ethernet addresses, by who has them. */
export const STATIONS = {
  internal: "02:00:00:00:00:01",
  external: "02:00:00:00:00:02",
  host: "06:00:00:00:00:02",
  otherHost: "06:00:00:00:00:03",
  gateway: "06:00:00:00:00:06",
};

export const NETWORK = "10.0.0.0/24";
export const ROUTER: RouterOptions = {
  internalAddress: R,
  externalNetwork: "203.0.113.0/24",
  gateway: GATEWAY,
  internal: { station: STATIONS.internal, mtu: 600 },
  external: { station: STATIONS.external, mtu: 900 },
};

/** The NAT's own addresses on a side, and who sends to it there if nothing else is said. */
const LINKS = {
  [Side.Internal]: { address: R, station: STATIONS.internal, neighbour: STATIONS.host },
  [Side.External]: { address: E, station: STATIONS.external, neighbour: STATIONS.gateway },
};

/** What became of a frame; what left is taken apart, and empty if nothing did. */
export interface FrameFate extends Fate {
  frame: frames.Parts;
}

/** As `TestNat`, for datagrams in frames that are addressed to the NAT. */
export class TestRouter {
  readonly test: TestNat;
  readonly #hasHeader: boolean;

  constructor(options: Partial<NatOptions>) {
    this.test = new TestNat({ internalNetwork: NETWORK, router: ROUTER, ...options });
    this.#hasHeader = options.virtioHeader ?? false;
  }

  sendOut(datagram: Uint8Array, options: Partial<frames.FrameOptions> = {}): FrameFate {
    return this.carry(this.#framed(datagram, Side.Internal, options), Side.Internal);
  }

  sendIn(datagram: Uint8Array, options: Partial<frames.FrameOptions> = {}): FrameFate {
    return this.carry(this.#framed(datagram, Side.External, options), Side.External);
  }

  /** Hands in a whole frame, without its room. */
  carry(frame: Uint8Array, side: Side): FrameFate {
    return this.#taken(side === Side.Internal ? this.test.sendOut(frame) : this.test.sendIn(frame));
  }

  /** Hands in a frame again that was given the verdict Resolve. */
  release({ packet, side }: Fate): FrameFate {
    return this.#taken(this.test.release(packet, side));
  }

  /** Lets a neighbour tell its Ethernet address; a reply to the NAT by default. */
  say(
    side: Side,
    options: Pick<frames.ArpOptions, "sender"> & Partial<frames.ArpOptions>,
  ): FrameFate {
    const target = { address: LINKS[side].address };
    const arp = frames.arpFrame({ operation: frames.REPLY, target, ...options, ...this.#header() });
    return this.carry(arp, side);
  }

  /** Makes the host, another host and the gateway known. */
  meet(): this {
    const { host, otherHost, gateway } = STATIONS;
    this.say(Side.Internal, { sender: { station: host, address: "10.0.0.2" } });
    this.say(Side.Internal, { sender: { station: otherHost, address: "10.0.0.3" } });
    this.say(Side.External, { sender: { station: gateway, address: GATEWAY } });
    return this;
  }

  /** Opens a mapping of UDP; returns its external endpoint. */
  open(from = HOST, to = REMOTE): string {
    const { outcome, frame } = this.sendOut(packetOut("udp", from, to));
    if (outcome !== "Outbound") throw new Error(`open: ${outcome}`);
    return sourceOf(frame.payload);
  }

  wait(milliseconds: number): this {
    this.test.wait(milliseconds);
    return this;
  }

  #framed(datagram: Uint8Array, side: Side, options: Partial<frames.FrameOptions>): Uint8Array {
    const { station, neighbour } = LINKS[side];
    const ends = { to: station, from: neighbour };
    return frames.ethernetFrame({ ...ends, ...this.#header(), ...options }, datagram);
  }

  #header(): Pick<frames.FrameOptions, "virtio"> {
    return this.#hasHeader ? { virtio: virtioHeader() } : {};
  }

  #taken(fate: Fate): FrameFate {
    const frame = frames.partsOf(fate.packet, this.#hasHeader ? VIRTIO_HEADER : 0);
    return { ...fate, frame };
  }
}

export function routerWith(options: Partial<NatOptions> = {}): TestRouter {
  return new TestRouter(options);
}
