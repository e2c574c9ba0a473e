/** Room for Linux's flows, which is one setting for all of the machine. */
import { readFileSync, writeFileSync } from "node:fs";

const ENTRIES = 262_144;

const SETTINGS = [
  "/proc/sys/net/netfilter/nf_conntrack_max",
  "/sys/module/nf_conntrack/parameters/hashsize",
];

/** Raises what is too low, until this process exits. */
export function makeRoom(): void {
  for (const path of SETTINGS) {
    const before = Number(readFileSync(path, "utf8"));
    if (before >= ENTRIES) continue;
    writeFileSync(path, String(ENTRIES));
    process.once("exit", () => writeFileSync(path, String(before)));
  }
}
