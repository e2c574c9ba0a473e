/** The ARP requests that the NAT sends; all else of ARP (RFC 826) is the core's. */
import type { Side } from "../assembly/abi.ts";
import { addressToWord } from "./address.ts";
import type { NatSettings } from "./settings.ts";
import { stationOctets } from "./station.ts";

/** Octets of a request with the padding that Ethernet asks for (RFC 894). */
export const REQUEST_LENGTH = 60;

/** Where the word lies that is asked for. */
const TARGET = 38;

/** A request for nobody in particular, as the NAT sends it on the link of `side`. */
export function requestFrom(side: Side, settings: NatSettings): Uint8Array {
  const { externalAddress } = settings;
  const { internal, external, internalAddress } = settings.router!;
  const [{ station }, address] = [
    [internal, internalAddress] as const,
    [external, externalAddress] as const,
  ][side]!;
  const frame = new Uint8Array(REQUEST_LENGTH);
  frame.fill(0xff, 0, 6);
  frame.set(stationOctets(station), 6);
  // Type ARP; Ethernet and IPv4, six octets and four; a request.
  frame.set([0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1], 12);
  frame.set(stationOctets(station), 22);
  writeWord(frame, 28, addressToWord(address));
  return frame;
}

/** Has `request` ask for `address`, a word as it lies in a packet. */
export function askFor(request: Uint8Array, address: number): Uint8Array {
  writeWord(request, TARGET, address);
  return request;
}

/** The word at `at`, as it lies there. */
export function readWord(octets: Uint8Array, at: number): number {
  return (
    (octets[at]! | (octets[at + 1]! << 8) | (octets[at + 2]! << 16) | (octets[at + 3]! << 24)) >>> 0
  );
}

function writeWord(octets: Uint8Array, at: number, word: number): void {
  for (let octet = 0; octet < 4; octet++) octets[at + octet] = word >>> (8 * octet);
}
