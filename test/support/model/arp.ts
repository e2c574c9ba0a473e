/** Address resolution (docs/behaviour.md §9; RFC 826): whom the NAT hears, and whom it answers. */
import { Outcome, Side, Verdict } from "../../../assembly/abi.ts";
import { read16, read32, write16, write32 } from "../octets.ts";
import { isHostOf, isInside, isUnicast } from "./addresses.ts";
import { drop, type Fate } from "./fate.ts";
import { type Frame, IPV4, ROOM } from "./frame.ts";
import type { Settings } from "./settings.ts";
import type { State } from "./tables.ts";

/** Octets of a message about Ethernet and IPv4 addresses. */
const LENGTH = 28;
const ETHERNET = 1;
const REQUEST = 1;
const REPLY = 2;

/** Where the fields lie, in octets. */
const OPERATION = 6;
const SENDER = { station: 8, address: 14 };
const TARGET = { station: 18, address: 24 };

/** Takes note of a message's sender, and makes of a request for the NAT its answer, in place. */
export function arpFate(state: State, frame: Frame, side: Side): Fate {
  const message = frame.payload;
  if (!isArp(message)) return drop(Outcome.ArpIgnored);
  const own = ownAddress(state.settings, side);
  const sender = read32(message, SENDER.address);
  const station = message.slice(SENDER.station, SENDER.station + 6);
  const isForNat = read32(message, TARGET.address) === own;
  const mayBeMet = isStation(sender, side, state.settings);
  const ownStation = state.settings.router!.links[side].station;
  const isWellMet = isUnicastStation(station) && Buffer.compare(station, ownStation) !== 0;

  const neighbours = state.neighbours[side];
  const isHeard = mayBeMet && isWellMet && (isForNat || neighbours.keeps(sender));
  if (isHeard) neighbours.hear(sender, station, state.now);
  // RFC 5227 §2.1.1: a probe asks before its sender has an address.
  const mayAsk = mayBeMet || sender === 0;
  if (read16(message, OPERATION) === REQUEST && isForNat && mayAsk && isWellMet) {
    answer(frame, ownStation, own);
    const outcome = Outcome.ArpReply;
    return { outcome, verdict: Verdict.Forward, side, octets: frame.octets, begin: ROOM };
  }
  return drop(isHeard ? Outcome.ArpHeard : Outcome.ArpIgnored);
}

function isArp(message: Uint8Array): boolean {
  if (message.length < LENGTH) return false;
  const isOfThisKind =
    read16(message, 0) === ETHERNET &&
    read16(message, 2) === IPV4 &&
    message[4] === 6 &&
    message[5] === 4;
  return isOfThisKind && [REQUEST, REPLY].includes(read16(message, OPERATION));
}

function ownAddress({ external, router }: Settings, side: Side): number {
  return side === Side.External ? external : router!.internal;
}

/** Whether somebody with this address may be met on the link. */
function isStation(address: number, side: Side, settings: Settings): boolean {
  if (address === ownAddress(settings, side)) return false;
  if (side === Side.Internal) return isHostOf(address, settings.network);
  return isInside(address, settings.router!.externalNetwork) && isUnicast(address);
}

function isUnicastStation(station: Uint8Array): boolean {
  return (station[0]! & 1) === 0 && station.some((octet) => octet !== 0);
}

function answer(frame: Frame, station: Uint8Array, address: number): void {
  const message = frame.payload;
  const asker = message.slice(SENDER.station, SENDER.station + 10);
  frame.destination = asker.subarray(0, 6);
  frame.source = station;
  write16(message, OPERATION, REPLY);
  message.set(station, SENDER.station);
  write32(message, SENDER.address, address);
  message.set(asker, TARGET.station);
}
