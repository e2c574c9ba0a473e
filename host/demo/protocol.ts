/** What the processes of the lab agree on. */

export const HTTP_PORT = 80;
export const UDP_PORT = 7;

/** The UDP port of every host: the same, so that the NAT has to tell them apart. */
export const CLIENT_PORT = 5000;

/** Echoes that each host asks each server for. */
export const ECHOES = 10;

export type ServerEvent =
  | { event: "ready" }
  | { event: "served"; from: string; octets: number; sha256: string }
  | { event: "echoed"; from: string; port: number };

export type ClientEvent =
  | { event: "downloaded"; from: string; octets: number; sha256: string; milliseconds: number }
  | { event: "echoes"; from: string; sent: number; returned: number; seen: string[] };
