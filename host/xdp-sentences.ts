/** What the user is told of network interfaces (AF_XDP), before and after. */
import type { Facts, Mode } from "af-xdp";

/** What is wrong where the frames of one interface are shared out among queues. */
export function queueWarnings(name: string, channels: Facts["channels"]): string[] {
  const { receiving, combined } = channels ?? { receiving: 1, combined: 0 };
  const count = receiving + combined;
  if (count <= 1) return [];
  const kind = combined > 0 ? "combined" : "rx";
  const remedy = `Have it use one: \`ethtool -L ${name} ${kind} 1\``;
  return [`${name}: it has ${count} receive queues, and what comes by others is lost. ${remedy}.`];
}

/** What is left of a socket, by its mode. */
export function remainderOf(name: string, mode: Mode): string {
  const program = mode === "generic" ? "xdpgeneric" : "xdp";
  const command = `ip link set ${name} ${program} off`;
  return `${name}: it stays closed to what the NAT would have got. To open it: \`${command}\`.`;
}
