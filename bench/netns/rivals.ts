/** All that are compared. */
import { linuxFlowtable, linuxForward, linuxMasquerade } from "./rivals/linux.ts";
import { provenat } from "./rivals/provenat.ts";
import type { Rival } from "./rivals/rival.ts";
import { pasta, slirp } from "./rivals/userspace.ts";
import { type Wiring, spinning, tap, tapDirect, tun, xdp } from "./rivals/wirings.ts";
import type { Core } from "./stage.ts";

/** The one that ratios are to. */
export const BASELINE = linuxMasquerade;

/** Ways of running provenat, and cores that it is run with. */
const DEVICES: Record<string, Wiring> = { tun, tap, "tap-direct": tapDirect, xdp };
const WIRINGS = Object.entries(DEVICES).flatMap(([name, wiring]): [string, Wiring][] => [
  [name, wiring],
  [`${name}-spin`, spinning(wiring)],
]);
const CORES: Record<string, Core> = { provenat: "core", unverified: "unverified" };

/** The one that only forwards is no router, and answers no ARP: it is for datagrams. */
const ALL_CORES: Record<string, Core> = { ...CORES, nop: "nop" };

/** `folder` is for copies of provenat. */
export function allRivals(folder: string): Rival[] {
  return [
    ...[BASELINE, linuxFlowtable, linuxForward],
    ...WIRINGS.flatMap(([way, wiring]) =>
      Object.entries(wiring.carries === "frames" ? CORES : ALL_CORES).map(([name, core]) =>
        provenat(`${name}-${way}`, core, wiring, folder),
      ),
    ),
    ...[slirp, pasta],
  ];
}
