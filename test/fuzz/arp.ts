/** ARP messages: what neighbours say, and what those say who are none, or would be another. */
import { Side } from "../../assembly/abi.ts";
import type { State } from "../support/model/tables.ts";
import {
  type ArpOptions,
  ARP,
  BROADCAST,
  NOBODY,
  REPLY,
  REQUEST,
  arpMessage,
  ethernetFrame,
} from "../support/frames.ts";
import { formatStation, parseAddress } from "../support/octets.ts";
import type { Draw } from "../support/random.ts";
import { EXTERNAL, INTERNAL, NEIGHBOURS, ODD_ADDRESSES } from "./scenarios.ts";
import type { Input } from "./traffic.ts";

/** A frame with an ARP message, without room and virtio header. */
export function arpIn(draw: Draw, state: State): Input {
  const side = draw.below(2);
  const own = formatStation(state.settings.router!.links[side as Side].station);
  const options = arpOptions(draw, side);
  let message = arpMessage(options);
  if (draw.oneIn(12)) message[draw.below(8)]! ^= 1 << draw.below(8);
  if (draw.oneIn(24)) message = message.slice(0, draw.between(19, 27));
  const to = draw.pick([BROADCAST, own, own, draw.oneIn(8) ? "ff:ff:ff:ff:ff:fe" : BROADCAST]);
  const ends = { to, from: options.sender.station, type: ARP };
  return { octets: ethernetFrame({ ...ends, padding: draw.pick([0, 18]) }, message), side };
}

function arpOptions(draw: Draw, side: Side): ArpOptions {
  const address = addressOn(draw, side);
  const own = side === Side.External ? EXTERNAL : INTERNAL;
  const kind = draw.weighted({ forNat: 12, gratuitous: 3, probe: 2, other: 3 });
  const sender = { station: stationOf(draw, address), address };
  const operation = draw.pick([REQUEST, REQUEST, REPLY, REPLY, draw.oneIn(4) ? 3 : REQUEST]);
  if (kind === "gratuitous") return { operation, sender, target: sender };
  if (kind === "probe") {
    const target = { address: draw.oneIn(4) ? address : own };
    return { operation, sender: { ...sender, address: "0.0.0.0" }, target };
  }
  const target = { address: kind === "forNat" ? own : addressOn(draw, side) };
  return { operation, sender, target };
}

function addressOn(draw: Draw, side: Side): string {
  if (draw.oneIn(10)) return draw.pick(ODD_ADDRESSES);
  const isExternal = side === Side.External;
  return draw.pick(isExternal ? NEIGHBOURS.external : NEIGHBOURS.internal);
}

/** Mostly the same for the same address. */
function stationOf(draw: Draw, address: string): string {
  if (draw.oneIn(24))
    return draw.pick([NOBODY, BROADCAST, "01:00:5e:00:00:01", "00:00:00:00:00:01"]);
  const low = parseAddress(address) & 0xff;
  return formatStation(Uint8Array.of(6, 0, 0, draw.oneIn(8) ? 1 : 0, 0, low));
}
