/**
 * The lab's network:
 *
 *     h1 10.0.0.2 --+              +--------- rt ---------+                  +-- s1 198.51.100.10
 *                   +- lan bridge -+- natlan  NAT  natwan -+- wan -- net ----+
 *     h2 10.0.0.3 --+              +-----------------------+                 +-- s2 192.0.2.10
 *
 * rt routes all that comes from the hosts into natlan and all that comes from the net into natwan:
 * two TUN devices, which the NAT owns. What it writes to them is routed on as usual.
 */
import type { Lab } from "./lab.ts";

export const EXTERNAL_ADDRESS = "203.0.113.1";
export const INTERNAL_NETWORK = "10.0.0.0/24";
export const HOSTS = { h1: "10.0.0.2", h2: "10.0.0.3" } as const;
export const SERVERS = { s1: "198.51.100.10", s2: "192.0.2.10" } as const;

/** Builds it, all but the NAT; `buildRouter` makes rt of a namespace with p1, p2 and wan. Throws `LabError`. */
export function buildTopology(lab: Lab, buildRouter = routeThroughDevices): void {
  const places = ["h1", "h2", "rt", "net", "s1", "s2"];
  lab.addNamespaces(places);
  for (const place of places) lab.tune(place, { "ipv6/conf/default/disable_ipv6": 1 });
  lab.ip(undefined, [
    "link add e0 netns @h1 type veth peer name p1 netns @rt",
    "link add e0 netns @h2 type veth peer name p2 netns @rt",
    "link add wan netns @rt type veth peer name rt netns @net",
    "link add s1 netns @net type veth peer name e0 netns @s1",
    "link add s2 netns @net type veth peer name e0 netns @s2",
  ]);
  end(lab, "h1", `${HOSTS.h1}/24`, "10.0.0.1");
  end(lab, "h2", `${HOSTS.h2}/24`, "10.0.0.1");
  end(lab, "s1", `${SERVERS.s1}/24`, "198.51.100.254");
  end(lab, "s2", `${SERVERS.s2}/24`, "192.0.2.254");
  lab.ip("net", [
    ...link("rt", "203.0.113.254/24"),
    ...link("s1", "198.51.100.254/24"),
    ...link("s2", "192.0.2.254/24"),
  ]);
  lab.tune("net", { "ipv4/ip_forward": 1 });
  buildRouter(lab);
}

function end(lab: Lab, place: string, address: string, gateway: string): void {
  lab.ip(place, [...link("e0", address), `route add default via ${gateway}`]);
}

function link(device: string, address: string): string[] {
  return [`addr add ${address} dev ${device}`, `link set ${device} up`];
}

function routeThroughDevices(lab: Lab): void {
  lab.ip("rt", [
    "link add lan type bridge",
    ...["p1", "p2"].flatMap((port) => [`link set ${port} master lan`, `link set ${port} up`]),
    ...link("lan", "10.0.0.1/24"),
    ...link("wan", "203.0.113.2/24"),
    "route add default via 203.0.113.254",
    ...["natlan", "natwan"].flatMap((tun) => [
      `tuntap add dev ${tun} mode tun`,
      // A TCP sender's burst comes cut to packets: a queue of 500, the usual one, loses some of it.
      `link set ${tun} txqueuelen 4000 up`,
    ]),
    // Everything that arrives enters the NAT, also what is not for the external address: the kernel
    // must not forward packets from the net to internal addresses. Should a device go, the
    // second routes keep the way shut.
    "rule add iif lan lookup 100 pref 100",
    "route add default dev natlan table 100",
    "route add blackhole default table 100 metric 1000",
    "rule add iif wan lookup 101 pref 101",
    "route add default dev natwan table 101",
    "route add blackhole default table 101 metric 1000",
    // The kernel's own ICMP errors about translated packets have to enter the NAT, too.
    `route add ${EXTERNAL_ADDRESS}/32 dev natwan src 203.0.113.2`,
    `neigh add proxy ${EXTERNAL_ADDRESS} dev wan`,
  ]);
  const tuned: Record<string, number> = {
    "ipv4/ip_forward": 1,
    "ipv4/conf/all/accept_local": 1,
    "ipv4/conf/wan/proxy_arp": 1,
    "ipv4/neigh/wan/proxy_delay": 0,
  };
  for (const device of ["all", "default", "lan", "wan", "natlan", "natwan"]) {
    tuned[`ipv4/conf/${device}/rp_filter`] = 0;
    tuned[`ipv4/conf/${device}/send_redirects`] = 0;
  }
  lab.tune("rt", tuned);
}
