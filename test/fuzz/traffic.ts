/** Packets that mean something to a NAT in its present state: the traffic of a scenario. */
import { Protocol, Side } from "../../assembly/abi.ts";
import type { Mapping, State } from "../support/model/tables.ts";
import { updatedChecksum, type Word } from "../support/model/rewrite.ts";
import { formatAddress, formatEndpoint, joined, read16, read32 } from "../support/octets.ts";
import { VIRTIO_HEADER } from "../support/virtio.ts";
import { type HeaderOptions, icmpQuery, tcpPacket, udpPacket } from "../support/packets.ts";
import type { Draw } from "../support/random.ts";
import { junk, mutated, withPayloadFor } from "./mutate.ts";
import { errorAboutHistory, fabricatedError } from "./errors.ts";
import { offloaded } from "./offload.ts";
import { EXTERNAL, HOSTS, ODD_ADDRESSES, PORTS, REMOTES } from "./scenarios.ts";

/** A packet on its way into the NAT. */
export interface Input {
  octets: Uint8Array;
  side: number;
  /** Octets from the beginning of the packet's slot. */
  shift?: number;
}

/** What the generator knows: the model's state, and what happened lately. */
export interface Context {
  state: State;
  /** Datagrams that were forwarded. */
  history: { octets: Uint8Array; side: Side }[];
  /** Frames that left for a next hop that was not known. */
  held?: { octets: Uint8Array; side: Side }[];
}

const PROTOCOLS = { udp: 8, tcp: 9, icmp: 4 };
const FLAGS = [
  "SYN",
  "ACK",
  "SYN ACK",
  "FIN ACK",
  "RST",
  "RST ACK",
  "FIN",
  "SYN RST",
  "SYN FIN",
  "",
];

/** The next packet, valid or not. */
export function nextInput(draw: Draw, context: Context): Input {
  const input = nextDatagram(draw, context);
  if (context.state.settings.virtioHeader) input.octets = behindHeader(draw, input.octets);
  return placed(draw, input, [2, 0xffffffff]);
}

/** A datagram, or octets that were meant for one. */
export function nextDatagram(draw: Draw, context: Context): Input {
  const input = meaningful(draw, context);
  if (draw.oneIn(4) && input.octets.length >= 20) input.octets = mutated(draw, input.octets);
  return input;
}

/** Sometimes lets a packet come from the other side, or one of `sides`, or lie somewhere else. */
export function placed(draw: Draw, input: Input, sides: number[]): Input {
  if (draw.oneIn(64)) input.side = draw.pick([input.side ^ 1, ...sides]);
  if (draw.oneIn(16)) input.shift = draw.below(2049 - Math.min(2048, input.octets.length));
  if (draw.oneIn(256)) input.shift = 2 ** 31 + draw.below(2 ** 30);
  return input;
}

/** A packet behind a virtio header, which may leave its checksum to the device, or lie. */
function behindHeader(draw: Draw, octets: Uint8Array): Uint8Array {
  if (draw.oneIn(200)) return draw.octets(draw.below(VIRTIO_HEADER + 1));
  const { header, packet } = offloaded(draw, octets);
  return joined(header, packet);
}

function meaningful(draw: Draw, context: Context): Input {
  const { state, history } = context;
  const action = draw.weighted({ out: 34, in: 24, hairpin: 12, error: 16, fabricated: 4, junk: 2 });
  const earlier = history.length > 0 ? draw.pick(history) : undefined;
  if (action === "error" && earlier) return errorAboutHistory(draw, earlier);
  if (action === "in") return inboundInput(draw, state);
  if (action === "junk") return { octets: junk(draw), side: draw.below(2) };
  if (action === "fabricated") return fabricatedError(draw, state);
  return outboundInput(draw, state, action === "hairpin");
}

function outboundInput(draw: Draw, state: State, isHairpin: boolean): Input {
  const protocol = draw.weighted(PROTOCOLS);
  const known = mappingOf(draw, state, protocol);
  let from = known ? formatEndpoint(known.internal) : `${host(draw)}:${draw.pick(PORTS)}`;
  let to = known ? formatEndpoint(known.remote) : `${remote(draw)}:${draw.pick(PORTS)}`;
  if (!known || draw.oneIn(3)) to = `${remote(draw)}:${draw.pick(PORTS)}`;
  if (isHairpin) {
    const target = mappingOf(draw, state, protocol);
    to = `${EXTERNAL}:${target?.externalPort ?? draw.pick(PORTS)}`;
    if (draw.oneIn(2)) from = `${host(draw)}:${draw.pick(PORTS)}`;
  }
  const octets = packet(draw, protocol, from, to, draw.pick([8, 13]));
  return { octets: aimed(draw, state, octets, Side.Internal), side: Side.Internal };
}

function inboundInput(draw: Draw, state: State): Input {
  const protocol = draw.weighted(PROTOCOLS);
  const mapping = mappingOf(draw, state, protocol);
  const port = mapping?.externalPort ?? draw.pick(PORTS);
  const to = `${EXTERNAL}:${port}`;
  const type = draw.pick([0, 0, 14, 14, 8]);
  const octets = packet(draw, protocol, remoteFor(draw, mapping), to, type);
  return { octets: aimed(draw, state, octets, Side.External), side: Side.External };
}

/** Somebody who may be admitted by `mapping`. */
function remoteFor(draw: Draw, mapping: Mapping | undefined): string {
  if (!mapping || draw.oneIn(5)) return `${remote(draw)}:${draw.pick(PORTS)}`;
  const port = draw.oneIn(5) ? draw.pick(PORTS) : mapping.remote.port;
  const former = [...mapping.sessions.keys()];
  const address = former.length > 0 && draw.oneIn(3) ? draw.pick(former) : mapping.remote.address;
  return `${formatAddress(address)}:${port}`;
}

function packet(draw: Draw, protocol: string, from: string, to: string, type: number): Uint8Array {
  const options: HeaderOptions = { from, to, payload: payload(draw), ttl: draw.below(256) };
  if (draw.oneIn(8)) options.ipOptions = draw.octets(draw.below(41));
  if (draw.oneIn(12)) options.checksum = draw.pick([0, 0, 0xffff, draw.below(0x10000)]);
  if (draw.oneIn(12)) options.padding = draw.between(1, 26);
  if (protocol === "udp") return udpPacket(options);
  if (protocol === "tcp") {
    const flags = draw.oneIn(8) ? draw.below(256) : draw.pick(FLAGS.slice(0, draw.between(4, 10)));
    return tcpPacket({
      ...options,
      flags,
      tcpOptions: draw.octets(draw.pick([0, 0, 0, 4, 12, 40])),
    });
  }
  const identifier = Number((type === 8 || type === 13 ? from : to).split(":")[1]);
  const sequence = draw.pick([0, 1, 0xffff]);
  return icmpQuery({ ...options, type, code: draw.pick([0, 0, 0, 1]), identifier, sequence });
}

/** Sometimes a packet whose checksum comes to 0, or will once it is translated. */
function aimed(draw: Draw, state: State, octets: Uint8Array, side: Side): Uint8Array {
  if (octets[9] === 1 || !draw.oneIn(10)) return octets;
  const start = (octets[0]! & 15) * 4;
  const protocol = octets[9] === 17 ? Protocol.Udp : Protocol.Tcp;
  const [addressAt, portAt] = side === Side.Internal ? [12, start] : [16, start + 2];
  const own = { address: read32(octets, addressAt), port: read16(octets, portAt) };
  const mapping =
    side === Side.Internal
      ? state.liveOfEndpoint(protocol, own)
      : state.liveOfPort(protocol, own.port);
  if (!mapping) return withPayloadFor(octets, 0);
  const { external } = state.settings;
  const to =
    side === Side.Internal ? { address: external, port: mapping.externalPort } : mapping.internal;
  const words: Word[] = [
    [Math.floor(own.address / 0x10000), Math.floor(to.address / 0x10000)],
    [own.address % 0x10000, to.address % 0x10000],
    [own.port, to.port],
  ];
  return withPayloadFor(octets, 0xffff - updatedChecksum(0xffff, words));
}

function payload(draw: Draw): Uint8Array {
  const length = draw.pick([0, 1, 2, 3, 8, 13, 32, draw.oneIn(16) ? draw.below(1900) : 5]);
  return draw.oneIn(4) ? new Uint8Array(length) : draw.octets(length);
}

/** A mapping that may have expired; most often none of the old ones. */
function mappingOf(draw: Draw, state: State, protocol: string): Mapping | undefined {
  const wanted = { udp: Protocol.Udp, tcp: Protocol.Tcp, icmp: Protocol.Icmp }[protocol];
  const all = state.mappings().filter((mapping) => mapping.protocol === wanted);
  const live = all.filter((mapping) => state.isLive(mapping));
  const chosen = live.length > 0 && !draw.oneIn(6) ? live : all;
  return chosen.length > 0 && !draw.oneIn(5) ? draw.pick(chosen) : undefined;
}

export function host(draw: Draw): string {
  return draw.oneIn(24) ? draw.pick([...ODD_ADDRESSES, ...REMOTES]) : draw.pick(HOSTS);
}

export function remote(draw: Draw): string {
  return draw.oneIn(24) ? draw.pick([...ODD_ADDRESSES, ...HOSTS]) : draw.pick(REMOTES);
}
