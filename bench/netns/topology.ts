/**
 * The bench's network, the same for both rivals:
 *
 *     gen --+
 *           +-- host -- e0 === lan -- router -- wan === e0 -- server
 *     10.0.0.3     10.0.0.2   10.0.0.1     203.0.113.2     203.0.113.10
 *
 * === are veths, gen is a TUN that the generator owns. Neighbours are permanent, so that nothing but
 * the packets of the bench passes. What makes the router a NAT is in rivals.ts.
 *
 * For provenat that is a longer way: its packets go through the kernel's routing twice, and through
 * two TUN devices in between. Only the topology above IP is the same.
 */
import type { Lab } from "../../host/demo/lab.ts";
import { inside } from "./inside.ts";
import { receiveUnderTest } from "./processors.ts";

export const EXTERNAL_ADDRESS = "203.0.113.1";
export const INTERNAL_NETWORK = "10.0.0.0/24";
export const GENERATOR = { device: "gen", address: "10.0.0.3" } as const;
export const SERVER = { device: "e0", address: "203.0.113.10", port: 7000 } as const;

/** The router's devices. Named after this process, since their threads are known by name only. */
export const LAN = `lan${process.pid}`;
export const WAN = `wan${process.pid}`;

/** Link addresses, by the end of a veth that has them. */
const LINK = {
  host: "02:00:00:00:00:01",
  lan: "02:00:00:00:00:02",
  wan: "02:00:00:00:00:03",
  server: "02:00:00:00:00:04",
};

/** Builds it, with a router that forwards but does not translate. Throws `LabError`. */
export function buildTopology(lab: Lab): void {
  const places = ["host", "router", "server"];
  lab.addNamespaces(places);
  for (const place of places) {
    lab.tune(place, {
      "ipv6/conf/default/disable_ipv6": 1,
      "ipv4/conf/all/rp_filter": 0,
      "ipv4/conf/default/rp_filter": 0,
      "ipv4/conf/all/send_redirects": 0,
      "ipv4/conf/default/send_redirects": 0,
    });
  }
  lab.ip(undefined, [
    `link add e0 address ${LINK.host} netns @host type veth peer name ${LAN} address ${LINK.lan} netns @router`,
    `link add ${WAN} address ${LINK.wan} netns @router type veth peer name e0 address ${LINK.server} netns @server`,
  ]);
  buildHost(lab);
  buildServer(lab);
  buildRouter(lab);
}

/** Switches what the endpoints' devices do for their kernels: segmentation, checksums, GRO. */
export function setOffloads(lab: Lab, state: "on" | "off"): void {
  const features = ["tx", "rx", "tso", "gso", "gro"].flatMap((feature) => [feature, state]);
  for (const place of ["host", "server"]) inside(lab, place, ["ethtool", "-K", "e0", ...features]);
}

function buildHost(lab: Lab): void {
  lab.ip("host", [
    ...["addr add 10.0.0.2/24 dev e0", "link set e0 up"],
    `neigh add 10.0.0.1 lladdr ${LINK.lan} dev e0 nud permanent`,
    "route add default via 10.0.0.1",
    ...[`tuntap add dev ${GENERATOR.device} mode tun`, `link set ${GENERATOR.device} up`],
  ]);
  // What the generator writes goes straight to the router: routing it would take the host longer.
  hookArrivals(lab, "host", GENERATOR.device, "fwd ip to 10.0.0.1 device e0");
}

function buildServer(lab: Lab): void {
  lab.ip("server", [
    ...[`addr add ${SERVER.address}/24 dev e0`, "link set e0 up"],
    `neigh add ${EXTERNAL_ADDRESS} lladdr ${LINK.wan} dev e0 nud permanent`,
  ]);
  // Translated packets end here, but for samples: those and whatever is not translated go on.
  const rule = `ip saddr ${EXTERNAL_ADDRESS} udp dport ${SERVER.port} ip dscp 0 drop`;
  hookArrivals(lab, "server", SERVER.device, rule);
}

/** Applies a rule of nftables to all that `device` receives, before the kernel sees it. */
function hookArrivals(lab: Lab, place: string, device: string, rule: string): void {
  const hook = `type filter hook ingress device ${device} priority -500; policy accept;`;
  const rules = `table netdev bench {\n chain arriving {\n ${hook}\n ${rule}\n }\n}\n`;
  inside(lab, place, ["nft", "-f", "-"], rules);
}

function buildRouter(lab: Lab): void {
  lab.ip("router", [
    ...[`addr add 10.0.0.1/24 dev ${LAN}`, `link set ${LAN} up`],
    `neigh add 10.0.0.2 lladdr ${LINK.host} dev ${LAN} nud permanent`,
    // Of length 32, lest Linux take it for the address to masquerade as.
    ...[`addr add 203.0.113.2/32 dev ${WAN}`, `link set ${WAN} up`],
    `neigh add ${SERVER.address} lladdr ${LINK.server} dev ${WAN} nud permanent`,
    `route add ${SERVER.address} dev ${WAN}`,
    ...["natlan", "natwan"].flatMap((tun) => [
      `tuntap add dev ${tun} mode tun`,
      // As the README has it, for bursts of TCP.
      `link set ${tun} txqueuelen 4000 up`,
    ]),
    "route add default dev natlan table 100",
    "route add default dev natwan table 101",
  ]);
  lab.tune("router", {
    "ipv4/ip_forward": 1,
    "ipv4/conf/all/accept_local": 1,
    // Linux at its best: provenat does not verify transport checksums either.
    "netfilter/nf_conntrack_checksum": 0,
  });
  for (const device of [LAN, WAN]) receiveUnderTest(lab, "router", device);
}
