/** All that are compared. */
import { linuxFlowtable, linuxForward, linuxMasquerade } from "./rivals/linux.ts";
import { provenat } from "./rivals/provenat.ts";
import type { Rival } from "./rivals/rival.ts";
import { pasta, slirp } from "./rivals/userspace.ts";
import { tun } from "./rivals/wirings.ts";

/** The one that ratios are to. */
export const BASELINE = linuxMasquerade;

/** `folder` is for copies of provenat. */
export function allRivals(folder: string): Rival[] {
  return [
    ...[BASELINE, linuxFlowtable, linuxForward],
    provenat("provenat-tun", "core", tun, folder),
    provenat("unverified-tun", "unverified", tun, folder),
    provenat("nop-tun", "nop", tun, folder),
    ...[slirp, pasta],
  ];
}
