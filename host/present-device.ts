/**
 * A device has to be there before the NAT is: one made on the way would come of a mistyped name, and
 * would go with the process and take its routes along, so that packets find a way around the NAT.
 */
import { readFileSync } from "node:fs";
import type { DeviceName } from "./device-name.ts";
import { ConfigError } from "./settings.ts";

/** Throws `ConfigError` unless `device` is one of `present`. `where` is the setting that names it. */
export function requirePresent(
  { kind, name }: DeviceName,
  where: string,
  present: readonly string[] = devicesHere(),
): void {
  if (present.includes(name)) return;
  const remedy =
    kind === "xdp"
      ? '"ip link" shows those that there are'
      : `Make it first, as with "ip tuntap add ${name} mode ${kind}", or correct the name`;
  throw new ConfigError(where, `there is no device "${name}"`, remedy);
}

/**
 * The devices of this network namespace. Not from /sys/class/net, which shows the namespace
 * that it was mounted in.
 */
function devicesHere(): string[] {
  const [, , ...lines] = readFileSync("/proc/self/net/dev", "utf8").trimEnd().split("\n");
  return lines.map((line) => line.trim().split(":", 1)[0]!);
}
