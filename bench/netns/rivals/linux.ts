/** The kernel as router, at its best: threaded NAPI, no rule but the one that translates. */
import { spawnSync } from "node:child_process";
import type { Lab } from "../../../host/demo/lab.ts";
import { inside } from "../inside.ts";
import {
  LAN,
  LAN_MAC,
  WAN,
  WAN_MAC,
  addClientVeth,
  addServerVeth,
  setUpClient,
  setUpServer,
} from "../topology.ts";
import type { Rival } from "./rival.ts";

const NAT = `chain leaving {
  type nat hook postrouting priority srcnat;
  oifname ${WAN} masquerade
 }`;

/** Flows that are known pass by most of the kernel's forwarding. */
const FLOWTABLE = `flowtable fast {
  hook ingress priority filter;
  devices = { ${LAN}, ${WAN} };
 }
 chain forwarding {
  type filter hook forward priority filter;
  meta l4proto { tcp, udp } flow add @fast
 }`;

export const linuxForward = linux({
  name: "linux-forward",
  title: "Linux, forwarding without NAT, veth to veth",
  rules: [],
});

export const linuxMasquerade = linux({
  name: "linux",
  title: "Linux, nftables masquerade, veth to veth",
  rules: [NAT],
});

export const linuxFlowtable = linux({
  name: "linux-flowtable",
  title: "Linux, nftables masquerade with a software flowtable, veth to veth",
  rules: [FLOWTABLE, NAT],
  obstacle() {
    const empty = "add table ip try; add flowtable ip try fast { hook ingress priority filter; }";
    if (spawnSync("unshare", ["--net", "nft", empty]).status === 0) return undefined;
    return "this kernel has no flowtables. Load them with `modprobe nf_flow_table_inet`.";
  },
});

interface Linux {
  name: string;
  title: string;
  /** Parts of a table of nftables. */
  rules: string[];
  obstacle?: Rival["obstacle"];
}

function linux({ name, title, rules, obstacle = () => undefined }: Linux): Rival {
  return {
    name,
    title,
    translates: rules.length > 0,
    mostFlows: 65_000,
    takesOffloads: true,
    obstacle,
    async begin(lab: Lab) {
      addClientVeth(lab);
      addServerVeth(lab, "external");
      setUpClient(lab, LAN_MAC);
      setUpServer(lab, WAN_MAC);
      if (rules.length > 0) inside(lab, "router", ["nft", "-f", "-"], table(rules));
      lab.tune("router", {
        "ipv4/ip_forward": 1,
        // As provenat: no verifying of transport checksums, and lifetimes of five minutes.
        "netfilter/nf_conntrack_checksum": 0,
        "netfilter/nf_conntrack_udp_timeout": 300,
        "netfilter/nf_conntrack_udp_timeout_stream": 300,
      });
      return undefined;
    },
  };
}

function table(parts: string[]): string {
  return `table ip bench {\n ${parts.join("\n ")}\n}\n`;
}
