/** ICMP errors about packets that passed, and about some that never did. */
import { Side } from "../../assembly/abi.ts";
import type { State } from "../support/model/tables.ts";
import { formatAddress, formatEndpoint, read16, read32, write16 } from "../support/octets.ts";
import {
  type ErrorOptions,
  icmpError,
  icmpQuery,
  tcpPacket,
  udpPacket,
  withHeaderChecksum,
} from "../support/packets.ts";
import type { Draw } from "../support/random.ts";
import { EXTERNAL, HOSTS, PORTS, REMOTES } from "./scenarios.ts";
import type { Input } from "./traffic.ts";

/** An error that a router or the receiver sends about a packet that left by `side`. */
export function errorAboutHistory(
  draw: Draw,
  { octets, side }: { octets: Uint8Array; side: Side },
): Input {
  const sender = formatAddress(read32(octets, 12));
  const receiver = formatAddress(read32(octets, 16));
  const router = draw.pick(side === Side.Internal ? HOSTS : REMOTES);
  const from = draw.oneIn(2) ? router : receiver;
  return { octets: icmpError(errorOptions(draw, from, sender, octets)), side };
}

/** An error about a packet through some mapping, or from nowhere, built for either side. */
export function fabricatedError(draw: Draw, state: State): Input {
  const side = draw.below(2);
  const mappings = state.mappings();
  const mapping = mappings.length > 0 ? draw.pick(mappings) : undefined;
  const outside = `${EXTERNAL}:${mapping?.externalPort ?? draw.pick(PORTS)}`;
  const inside = mapping ? formatEndpoint(mapping.internal) : `${draw.pick(HOSTS)}:5000`;
  const far = `${draw.oneIn(3) ? EXTERNAL : draw.pick(REMOTES)}:${draw.pick([...PORTS, read(outside)])}`;
  const [from, to] = side === Side.External ? [outside, far] : [far, inside];
  const about = quotedPacket(draw, from, to);
  const [router] = (side === Side.External ? far : inside).split(":");
  return { octets: icmpError(errorOptions(draw, router!, from.split(":")[0]!, about)), side };
}

function quotedPacket(draw: Draw, from: string, to: string): Uint8Array {
  const kind = draw.weighted({ udp: 3, tcp: 3, icmp: 3 });
  const common = {
    from,
    to,
    payload: draw.octets(draw.below(40)),
    fragment: draw.pick([0, 0, 0x4000, 0x2000, 1]),
    ...(draw.oneIn(5) ? { ipOptions: draw.octets(draw.below(41)) } : {}),
    ...(draw.oneIn(5) ? { checksum: draw.pick([0, 0xffff]) } : {}),
  };
  if (kind === "udp") return udpPacket(common);
  if (kind === "tcp") return tcpPacket(common);
  const type = draw.pick([8, 0, 13, 14, 3]);
  const identifier = read(draw.oneIn(2) ? from : to);
  return icmpQuery({ ...common, type, identifier });
}

function errorOptions(draw: Draw, from: string, to: string, about: Uint8Array): ErrorOptions {
  const headerLength = (about[0]! & 15) * 4;
  const total = read16(about, 2);
  const quoted = draw.pick([
    total,
    headerLength + draw.pick([7, 8, 9, 17, 18, 19, 20]),
    draw.below(total + 1),
  ]);
  const options: ErrorOptions = { from, to, about, quoted, type: draw.pick([3, 11, 12]) };
  options.code = draw.below(16);
  if (draw.oneIn(12)) options.about = shortened(draw, about);
  if (draw.oneIn(3))
    Object.assign(options, extended(draw, options.about, Math.min(quoted, about.length)));
  if (draw.oneIn(12)) options.ipOptions = draw.octets(draw.below(41));
  if (draw.oneIn(40)) options.checksum = draw.below(0x10000);
  if (draw.oneIn(16)) options.padding = draw.between(1, 9);
  return options;
}

/** A copy whose total length ends before its octets do, sometimes before its transport checksum. */
function shortened(draw: Draw, about: Uint8Array): Uint8Array {
  const copy = about.slice();
  write16(copy, 2, (about[0]! & 15) * 4 + draw.pick([7, 8, 16, 17, 18, 19, 20]));
  return withHeaderChecksum(copy);
}

/** RFC 4884: a length, right or not, and an extension behind the quoted datagram. */
function extended(draw: Draw, about: Uint8Array, quoted: number): Partial<ErrorOptions> {
  const padded = new Uint8Array(draw.pick([128, Math.ceil(quoted / 4) * 4]));
  padded.set(about.subarray(0, Math.min(quoted, padded.length)));
  const lengthWords = draw.pick([padded.length / 4, padded.length / 4, 5, 7, 0, draw.below(256)]);
  return {
    about: padded,
    quoted: padded.length,
    lengthWords: lengthWords & 0xff,
    extension: draw.octets(draw.pick([0, 8, 9])),
  };
}

function read(endpoint: string): number {
  return Number(endpoint.split(":")[1]);
}
