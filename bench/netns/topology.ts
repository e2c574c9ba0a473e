/**
 * The bench's network, the same for all rivals:
 *
 *     client  c0 ======= lan  router  wan ======= s0  server
 *     10.0.0.100      10.0.0.2      203.0.113.1      203.0.113.10
 *
 * What ====== is depends on the rival: a veth wherever it can be. Neighbours are permanent, so that
 * nothing but the packets of the bench passes.
 */
import type { Lab } from "../../host/demo/lab.ts";
import { inside } from "./inside.ts";
import { receiveUnderTest } from "./processors.ts";

export const INTERNAL_NETWORK = "10.0.0.0/24";
export const GATEWAY = "10.0.0.2";
export const EXTERNAL_ADDRESS = "203.0.113.1";

/** The ends, each with its device and the link address that this is given. */
export const CLIENT = { device: "c0", address: "10.0.0.100", mac: "02:00:00:00:00:01" } as const;
export const SERVER = { device: "s0", address: "203.0.113.10", mac: "02:00:00:00:00:04" } as const;

/** Link addresses of the router, where they are ours to choose. */
export const LAN_MAC = "02:00:00:00:00:02";
export const WAN_MAC = "02:00:00:00:00:03";

/** The router's devices. Named after this process, since their threads are known by name only. */
export const LAN = `lan${process.pid}`;
export const WAN = `wan${process.pid}`;

/** An address of the router on wan, for rivals whose external address has to be nobody's. */
const ROUTER_ADDRESS = "203.0.113.2";

/** Makes client, router and server, without any link. Throws `LabError`. */
export function addPlaces(lab: Lab): void {
  const places = ["client", "router", "server"];
  lab.addNamespaces(places);
  for (const place of places) {
    lab.tune(place, {
      "ipv6/conf/all/disable_ipv6": 1,
      "ipv6/conf/default/disable_ipv6": 1,
      "ipv4/conf/all/rp_filter": 0,
      "ipv4/conf/default/rp_filter": 0,
      "ipv4/conf/all/send_redirects": 0,
      "ipv4/conf/default/send_redirects": 0,
    });
  }
}

/** Links client and server to devices of the router, which get no addresses. */
export function addVeths(lab: Lab): void {
  addVeth(lab, { device: CLIENT.device, place: "client" }, LAN, LAN_MAC);
  addVeth(lab, { device: SERVER.device, place: "server" }, WAN, WAN_MAC);
}

/** Links the client to the router, whose kernel has an address there. */
export function addClientVeth(lab: Lab): void {
  addVeth(lab, { device: CLIENT.device, place: "client" }, LAN, LAN_MAC);
  lab.ip("router", [
    `addr add ${GATEWAY}/24 dev ${LAN}`,
    `neigh add ${CLIENT.address} lladdr ${CLIENT.mac} dev ${LAN} nud permanent`,
  ]);
}

/** Links the server to the router, whose address there is the external one, or another. */
export function addServerVeth(lab: Lab, address: "external" | "other"): void {
  addVeth(lab, { device: SERVER.device, place: "server" }, WAN, WAN_MAC);
  lab.ip("router", [
    // Alone in its network, so that nobody takes it for an address to masquerade as.
    `addr add ${address === "external" ? EXTERNAL_ADDRESS : ROUTER_ADDRESS}/32 dev ${WAN}`,
    `neigh add ${SERVER.address} lladdr ${SERVER.mac} dev ${WAN} nud permanent`,
    `route add ${SERVER.address} dev ${WAN}`,
    `route add default via ${SERVER.address} dev ${WAN}`,
  ]);
}

function addVeth(
  lab: Lab,
  end: { device: string; place: string },
  device: string,
  mac: string,
): void {
  lab.ip(undefined, [
    `link add ${end.device} netns @${end.place} type veth peer name ${device} address ${mac} netns @router`,
  ]);
  lab.ip("router", [`link set ${device} up`]);
  receiveUnderTest(lab, "router", device);
}

/**
 * Gives the client's device, of whatever kind, its addresses; the router has `gatewayMac` there, or
 * is to be asked by `learnNeighbours`.
 */
export function setUpClient(lab: Lab, gatewayMac?: string): void {
  lab.ip("client", [
    `link set ${CLIENT.device} address ${CLIENT.mac}`,
    ...[`addr add ${CLIENT.address}/24 dev ${CLIENT.device}`, `link set ${CLIENT.device} up`],
    ...neighbour(GATEWAY, gatewayMac, CLIENT.device),
    `route add default via ${GATEWAY} dev ${CLIENT.device}`,
  ]);
}

/** As `setUpClient`. Internal addresses are reached as well, for a router that does not translate. */
export function setUpServer(lab: Lab, gatewayMac?: string): void {
  lab.ip("server", [
    `link set ${SERVER.device} address ${SERVER.mac}`,
    ...[`addr add ${SERVER.address}/24 dev ${SERVER.device}`, `link set ${SERVER.device} up`],
    ...neighbour(EXTERNAL_ADDRESS, gatewayMac, SERVER.device),
    `route add ${INTERNAL_NETWORK} via ${EXTERNAL_ADDRESS} dev ${SERVER.device}`,
  ]);
}

function neighbour(address: string, mac: string | undefined, device: string): string[] {
  if (mac === undefined) return [];
  return [`neigh replace ${address} lladdr ${mac} dev ${device} nud permanent`];
}

/** Has client and server ask for the router's link addresses, and keep them. Throws `LabError`. */
export function learnNeighbours(lab: Lab): void {
  learnNeighbour(lab, "client", CLIENT.device, GATEWAY);
  learnNeighbour(lab, "server", SERVER.device, EXTERNAL_ADDRESS);
}

/** The answer may take a while, and is asked for more than once: the NAT has only just begun. */
function learnNeighbour(lab: Lab, place: string, device: string, address: string): void {
  const find = `ip neigh show ${address} dev ${device} | grep -o 'lladdr [^ ]*'`;
  const attempt = `ip neigh replace ${address} dev ${device} use nud none; sleep 0.2`;
  const script = `for attempt in 1 2 3 4 5 6 7 8 9; do found=$(${find}) && break; ${attempt}; done
    [ "$found" ] || { echo nobody answers ARP for ${address} >&2; exit 1; }
    ip neigh replace ${address} $found dev ${device} nud permanent`;
  inside(lab, place, ["sh", "-c", script]);
}

/** The router's link address, as the client knows it. */
export function gatewayMac(lab: Lab): string {
  const known = inside(lab, "client", ["ip", "neigh", "show", GATEWAY, "dev", CLIENT.device]);
  return /lladdr (\S+)/.exec(known)![1]!;
}

/** Removes the router's veths, where there are any. */
export function removeVeths(lab: Lab): void {
  inside(lab, "router", ["sh", "-c", `ip link del ${LAN}; ip link del ${WAN}; true`]);
}
