/** Frames for a router: datagrams in them that fit or do not, ARP, and what was held back before. */
import { ETHERNET_HEADER, HELD, ROOM, Side } from "../../assembly/abi.ts";
import type { Router } from "../support/model/settings.ts";
import type { State } from "../support/model/tables.ts";
import { type FrameOptions, IPV4, ARP, ethernetFrame, withRoom } from "../support/frames.ts";
import { formatStation, joined, read16, write16 } from "../support/octets.ts";
import { icmpQuery, withHeaderChecksum, withTransportChecksum } from "../support/packets.ts";
import type { Draw } from "../support/random.ts";
import { VIRTIO_HEADER, virtioHeader } from "../support/virtio.ts";
import { arpIn } from "./arp.ts";
import { SLOT } from "./comparison.ts";
import { offloaded } from "./offload.ts";
import { EXTERNAL, INTERNAL, PORTS } from "./scenarios.ts";
import { type Context, type Input, host, nextDatagram, placed, remote } from "./traffic.ts";

/** The next frame, valid or not, with room before it. */
export function nextFrame(draw: Draw, context: Context): Input {
  const input = meaningful(draw, context);
  const room = new Uint8Array(ROOM).fill(draw.below(256));
  input.octets = withRoom(input.octets, room).slice(0, SLOT);
  if (draw.oneIn(200)) input.octets = input.octets.slice(0, draw.below(input.octets.length));
  return placed(draw, input, [2, 3, 4, 0xffffffff]);
}

function meaningful(draw: Draw, context: Context): Input {
  const kind = draw.weighted({ datagram: 72, echo: 5, arp: 16, held: 6, odd: 1 });
  const { state, held = [] } = context;
  if (kind === "held" && held.length > 0) return released(draw, held);
  if (kind === "echo") return framed(draw, context, echoInput(draw));
  if (kind === "arp") return framedArp(draw, context);
  if (kind === "odd") return oddFrame(draw, state.settings.router!);
  const input = nextDatagram(draw, context);
  return framed(draw, context, { ...input, octets: fitted(draw, state, input.octets) });
}

/** A frame that was held back, once more: perhaps for the other side. */
function released(draw: Draw, held: { octets: Uint8Array; side: Side }[]): Input {
  const { octets, side } = draw.pick(held);
  return { octets, side: HELD + (draw.oneIn(16) ? 1 - side : side) };
}

/** Octets that are whatever the Ethernet header says, or not. */
function oddFrame(draw: Draw, router: Router): Input {
  const side = draw.below(2);
  const type = draw.pick([IPV4, ARP, 0x86dd, 0x8100, 46]);
  const octets = draw.octets(draw.pick([0, 19, 20, 28, 60, 300]));
  return { octets: ethernetFrame({ ...ends(draw, router, side), type }, octets), side };
}

/** An echo request for the NAT itself. */
function echoInput(draw: Draw): Input {
  const side = draw.below(2);
  const identifier = draw.pick(PORTS);
  const octets = icmpQuery({
    from: side === Side.Internal ? host(draw) : remote(draw),
    to: draw.oneIn(2) ? EXTERNAL : INTERNAL,
    code: draw.pick([0, 0, 1]),
    identifier,
    sequence: draw.pick([0, 1]),
    payload: draw.oneIn(2) ? new Uint8Array(draw.below(9)) : draw.octets(draw.below(9)),
    ttl: draw.below(256),
    ...(draw.oneIn(8) ? { checksum: draw.pick([0, 0xffff, 0xf7ff]) } : {}),
  });
  return { octets, side };
}

/** A datagram that is about as long as a link carries, has little time to live, or may be cut. */
function fitted(draw: Draw, { settings, now }: State, datagram: Uint8Array): Uint8Array {
  if (datagram.length < 28) return datagram;
  const { links } = settings.router!;
  // There are moments when everything comes too late, so that too many errors would be sent.
  const isLate = now % 8 === 7;
  const mtu = draw.pick([links[Side.Internal].mtu, links[Side.External].mtu]);
  const whole = draw.oneIn(6) ? lengthened(datagram, mtu + draw.pick([-1, 0, 1, 60])) : datagram;
  const copy = whole.slice();
  if (draw.oneIn(4)) copy[6]! &= ~0x40;
  if (isLate || draw.oneIn(6)) copy[8] = draw.pick([0, 1, 1, 2]);
  // What was wrong before stays wrong, mostly.
  const wasRight = read16(withHeaderChecksum(whole), 10) === read16(whole, 10);
  return wasRight || draw.oneIn(8) ? withHeaderChecksum(copy) : copy;
}

function lengthened(datagram: Uint8Array, length: number): Uint8Array {
  const total = read16(datagram, 2);
  if (total >= length || total > datagram.length) return datagram;
  const copy = joined(datagram.subarray(0, total), new Uint8Array(length - total));
  write16(copy, 2, length);
  const start = (copy[0]! & 15) * 4;
  if (copy[9] === 17 && start + 8 <= total) write16(copy, start + 4, length - start);
  return withTransportChecksum(withHeaderChecksum(copy));
}

/** A datagram in a frame, behind a virtio header if there is one. */
function framed(draw: Draw, { state }: Context, { octets, side }: Input): Input {
  const { router, virtioHeader: hasHeader } = state.settings;
  const options: FrameOptions = ends(draw, router!, side);
  if (draw.oneIn(8)) options.padding = draw.between(1, 26);
  if (!hasHeader) return { octets: ethernetFrame(options, octets), side };

  const headers = (octets[0]! & 15) * 4 + 20;
  const sizes = [Side.Internal, Side.External].flatMap((each) => {
    const { mtu } = router!.links[each];
    return [-1, 0, 1, 12].map((more) => Math.max(0, mtu - headers + more));
  });
  const { header, packet } = offloaded(draw, octets, sizes);
  const view = new DataView(header.buffer);
  // A checksum's start counts from the Ethernet header.
  const start = view.getUint16(6, true) + (draw.oneIn(16) ? 0 : ETHERNET_HEADER);
  view.setUint16(6, start & 0xffff, true);
  if (draw.oneIn(16)) view.setUint8(1, draw.pick([1, 3, 4, 0x81]));
  return { octets: ethernetFrame({ ...options, virtio: header }, packet), side };
}

function framedArp(draw: Draw, { state }: Context): Input {
  const { octets, side } = arpIn(draw, state);
  if (!state.settings.virtioHeader) return { octets, side };
  const header = draw.oneIn(4) ? draw.octets(VIRTIO_HEADER) : virtioHeader();
  return { octets: joined(header, octets), side };
}

/** From a neighbour to the NAT, most often. */
function ends(draw: Draw, { links }: Router, side: number): FrameOptions {
  const own = formatStation(links[side as Side].station);
  const other = formatStation(links[(1 - side) as Side].station);
  const strangers = [other, "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "02:00:00:00:01:01"];
  return { to: draw.oneIn(40) ? draw.pick(strangers) : own, from: "06:00:00:00:00:09" };
}
