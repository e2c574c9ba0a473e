/** The two that are compared: each makes the router a NAT, in turn. */
import { fileURLToPath } from "node:url";
import { ask } from "../../host/control-client.ts";
import type { Lab } from "../../host/demo/lab.ts";
import { inside } from "./inside.ts";
import { underTest } from "./processors.ts";
import { EXTERNAL_ADDRESS, INTERNAL_NETWORK, LAN, WAN } from "./topology.ts";

export const RIVALS = ["linux", "provenat"] as const;
export type RivalName = (typeof RIVALS)[number];

export interface Rival {
  readonly name: RivalName;

  /** Makes this the NAT of the router. Throws `LabError`. */
  begin(): void;

  /** Makes the router free for the other one. Throws `LabError`. */
  end(): void;

  /** Resolves to how many UDP flows it holds. */
  flows(): Promise<number>;
}

/** Masquerading of nftables and nothing else: no filter, whose rules would cost more. */
export function linux(lab: Lab): Rival {
  const hook = "type nat hook postrouting priority srcnat;";
  const rules = `table ip nat {\n chain leaving {\n ${hook}\n oifname ${WAN} masquerade\n }\n}\n`;
  return {
    name: "linux",
    begin() {
      lab.ip("router", [`addr add ${EXTERNAL_ADDRESS}/24 dev ${WAN}`]);
      inside(lab, "router", ["nft", "-f", "-"], rules);
    },
    end() {
      inside(lab, "router", ["nft", "delete", "table", "ip", "nat"]);
      // Its flows go with the address.
      lab.ip("router", [`addr del ${EXTERNAL_ADDRESS}/24 dev ${WAN}`]);
    },
    async flows() {
      return Number(inside(lab, "router", ["cat", "/proc/sys/net/netfilter/nf_conntrack_count"]));
    },
  };
}

/**
 * Provenat on two TUN devices, with the control socket at `control`. It runs, and keeps its flows,
 * while the other one is the NAT: it is asleep then, since nothing is routed to it.
 */
export async function provenat(lab: Lab, control: string): Promise<Rival> {
  const cli = fileURLToPath(new URL("../../dist/host/cli.js", import.meta.url));
  const nat = lab.start("router", [
    ...underTest([process.execPath, cli, "run", "--control", control]),
    ...["--internal", "tun:natlan", "--external", "tun:natwan"],
    ...["--external-address", EXTERNAL_ADDRESS, "--internal-network", INTERNAL_NETWORK],
  ]);
  await nat.line(/ core sha256 /);
  const rules = [`iif ${LAN} lookup 100 pref 100`, `iif ${WAN} lookup 101 pref 101`];
  return {
    name: "provenat",
    begin: () =>
      lab.ip(
        "router",
        rules.map((rule) => `rule add ${rule}`),
      ),
    end: () =>
      lab.ip(
        "router",
        rules.map((rule) => `rule del ${rule}`),
      ),
    flows: async () => (await ask(control, { request: "status" })).mappings.udp,
  };
}
