/** Ethernet addresses between their text, as in "02:00:00:00:00:01", and the octets on the wire. */

/** Whether `text` is six octets in hexadecimal. */
export function isStation(text: string): boolean {
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text);
}

/** The six octets of a text. */
export function stationOctets(text: string): Uint8Array {
  return Uint8Array.from(text.split(":"), (octet) => Number.parseInt(octet, 16));
}

/** The text of six octets. */
export function stationText(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join(":");
}

/**
 * The NAT's own address on a TAP whose interface has `mac`. It cannot be the same: a bridge keeps
 * frames for the address of one of its ports to itself. It is always this one, so that neighbours
 * need not learn another after a new start.
 */
export function stationBeside(mac: Uint8Array): string {
  const octets = Uint8Array.from(mac);
  octets[0] = (octets[0]! | LOCAL) ^ FLIPPED;
  return stationText(octets);
}

/** What says that an address was given by nobody (IEEE 802 §8.2.2). */
const LOCAL = 0x02;

const FLIPPED = 0x40;
