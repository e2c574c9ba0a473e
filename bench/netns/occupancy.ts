/** How full a NAT's table is, that has a port of its external address for each flow. */

/** Ports of one protocol. */
const PORTS = 65_535;

/** New flows that come while latencies are measured. */
export const NEW_FLOWS = 1000;

/** A table at 92 % of its ports, on average: as many come to it as are measured. */
export const CROWD = 59_793;

/** Part of the ports that are held while latencies are measured, on average, in percent. */
export function occupancy(flows: number): number {
  return ((flows + NEW_FLOWS / 2) / PORTS) * 100;
}
