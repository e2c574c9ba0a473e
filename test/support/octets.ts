/** Numbers and addresses in packets, in network order; addresses are unsigned 32-bit numbers here. */

export function read16(octets: Uint8Array, at: number): number {
  return octets[at]! * 256 + octets[at + 1]!;
}

export function write16(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 8;
  octets[at + 1] = value & 0xff;
}

export function read32(octets: Uint8Array, at: number): number {
  return read16(octets, at) * 0x10000 + read16(octets, at + 2);
}

export function write32(octets: Uint8Array, at: number, value: number): void {
  write16(octets, at, Math.floor(value / 0x10000));
  write16(octets, at + 2, value % 0x10000);
}

/** "10.0.0.2" to 0x0a000002. */
export function parseAddress(text: string): number {
  const [a, b, c, d] = text.split(".").map(Number) as [number, number, number, number];
  return a * 0x1000000 + b * 0x10000 + c * 0x100 + d;
}

/** 0x0a000002 to "10.0.0.2". */
export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join(".");
}

/** "02:00:00:00:00:01" to its 6 octets. */
export function parseStation(text: string): Uint8Array {
  return Uint8Array.from(text.split(":"), (octet) => parseInt(octet, 16));
}

export function formatStation(station: Uint8Array): string {
  return Array.from(station, (octet) => octet.toString(16).padStart(2, "0")).join(":");
}

export interface Endpoint {
  address: number;
  /** Port, or identifier of an ICMP query. */
  port: number;
}

/** "10.0.0.2:1234"; the port is 0 when it is left out. */
export function parseEndpoint(text: string): Endpoint {
  const [address, port] = text.split(":") as [string, string?];
  return { address: parseAddress(address), port: Number(port ?? 0) };
}

export function formatEndpoint({ address, port }: Endpoint): string {
  return `${formatAddress(address)}:${port}`;
}

/** The octets of all, one behind the other. */
export function joined(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Octets as hexadecimal digits. */
export function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString("hex");
}

export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replace(/\s/g, ""), "hex"));
}
