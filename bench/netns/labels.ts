/** What rivals are called where people read of them. */

const LINUX: Record<string, string> = {
  linux: "nftables",
  "linux-flowtable": "nftables, flowtable",
  "linux-forward": "Linux, no NAT",
};

const WAYS: Record<string, string> = { tun: "TUN", tap: "TAP", xdp: "AF_XDP", spin: "spinning" };

/** As in "provenat, AF_XDP, spinning" for "provenat-xdp-spin". */
export function labelOf(rival: string): string {
  return (
    LINUX[rival] ??
    rival
      .split("-")
      .map((part) => WAYS[part] ?? part)
      .join(", ")
  );
}
