/** A device that does not exist is made, which is not what somebody wants who mistyped its name. */
import { readFileSync } from "node:fs";

/** What to say when device `name` was not among `before`, or undefined. `where` is its setting. */
export function newDeviceWarning(
  name: string,
  where: string,
  before: readonly string[],
): string | undefined {
  if (before.includes(name)) return undefined;
  const problem = "did not exist, and was made for as long as this runs";
  return `${name}: ${problem}. Route packets into it, or correct ${where}.`;
}

/**
 * The devices of this network namespace. Not from /sys/class/net, which shows the namespace
 * that it was mounted in.
 */
export function devicesHere(): string[] {
  const [, , ...lines] = readFileSync("/proc/self/net/dev", "utf8").trimEnd().split("\n");
  return lines.map((line) => line.trim().split(":", 1)[0]!);
}
