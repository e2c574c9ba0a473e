/** The small worlds the fuzz plays in: so few hosts, remotes and ports that states collide. */
import type { RouterOptions } from "../../host/router-settings.ts";
import type { NatOptions } from "../../host/settings.ts";

export const EXTERNAL = "203.0.113.1";

/** The NAT's own internal address, where it is a router. */
export const INTERNAL = "10.0.0.1";

export interface Scenario {
  name: string;
  options: Omit<NatOptions, "externalAddress">;
}

const SHORT = {
  lifetimes: { udp: 5_000, icmp: 3_000, tcpTransitory: 4_000, tcpEstablished: 20_000 },
  allowShortLifetimes: true,
};

const SHORTEST = {
  lifetimes: { udp: 2_048, icmp: 2_048, tcpTransitory: 2_048, tcpEstablished: 2_048 },
  allowShortLifetimes: true,
};

export const SCENARIOS: Scenario[] = [
  { name: "the defaults", options: {} },
  { name: "an internal network", options: { internalNetwork: "10.0.0.0/24" } },
  {
    name: "sixteen ports",
    options: { ...SHORT, externalPorts: "40000-40015", holdDown: 6_000 },
  },
  { name: "one port", options: { ...SHORT, externalPorts: "1023-1023", holdDown: 3_000 } },
  {
    name: "ports of both ranges, without hold-down",
    options: { ...SHORT, externalPorts: "1020-1027", holdDown: 0 },
  },
  { name: "virtio headers", options: { ...SHORT, virtioHeader: true } },
  {
    name: "virtio headers and an internal network",
    options: { internalNetwork: "10.0.0.0/24", virtioHeader: true },
  },
  { name: "inbound refresh", options: { ...SHORT, inboundRefresh: true } },
  {
    name: "the shortest lifetimes, inbound refresh and a tiny network",
    options: { ...SHORTEST, inboundRefresh: true, internalNetwork: "10.0.0.0/29", holdDown: 1_024 },
  },
  {
    name: "a long established lifetime",
    options: {
      lifetimes: { udp: 9_000, icmp: 2_500, tcpTransitory: 2_500, tcpEstablished: 60_000 },
      allowShortLifetimes: true,
      externalPorts: "1-40",
      holdDown: 2_000,
    },
  },
];

const STATIONS = { internal: "02:00:00:00:00:01", external: "02:00:00:00:00:02" };

/** The links of a router, with their MTUs. */
function links(internal: number, external: number): Pick<RouterOptions, "internal" | "external"> {
  return {
    internal: { station: STATIONS.internal, mtu: internal },
    external: { station: STATIONS.external, mtu: external },
  };
}

/** Worlds of frames, with few neighbours that take each other's places. */
export const ROUTERS: Scenario[] = [
  {
    name: "frames",
    options: {
      ...SHORT,
      internalNetwork: "10.0.0.0/24",
      router: {
        internalAddress: INTERNAL,
        externalNetwork: "203.0.113.0/29",
        gateway: "203.0.113.6",
        ...links(600, 900),
      },
    },
  },
  {
    name: "frames behind virtio headers",
    options: {
      ...SHORT,
      virtioHeader: true,
      internalNetwork: "10.0.0.0/16",
      router: {
        internalAddress: INTERNAL,
        externalNetwork: "203.0.0.0/16",
        gateway: "203.0.113.6",
        ...links(900, 600),
      },
    },
  },
  {
    name: "frames to remotes on the external link itself",
    options: {
      ...SHORT,
      virtioHeader: true,
      inboundRefresh: true,
      internalNetwork: "10.0.0.0/24",
      externalPorts: "40000-40015",
      router: {
        internalAddress: INTERNAL,
        externalNetwork: "128.0.0.0/1",
        gateway: "203.0.113.6",
        ...links(900, 600),
      },
    },
  },
  {
    name: "frames on the smallest links",
    options: {
      ...SHORT,
      internalNetwork: "10.0.0.0/29",
      router: {
        internalAddress: INTERNAL,
        externalNetwork: "203.0.113.0/31",
        gateway: "203.0.113.0",
        ...links(68, 576),
      },
    },
  },
];

/** 10.0.0.7 is the broadcast address of the tiny network; the last is outside every one. */
export const HOSTS = ["10.0.0.2", "10.0.0.3", "10.0.0.7", "192.168.1.5"];

export const REMOTES = [
  "198.51.100.10",
  "198.51.100.11",
  "192.0.2.1",
  "1.0.0.1",
  "223.255.255.254",
  "128.0.255.255",
];

/** Addresses no packet should come from or go to, and those next to them. */
export const ODD_ADDRESSES = [
  "0.0.0.0",
  "0.1.2.3",
  "10.0.0.0",
  "10.0.0.255",
  "10.0.1.0",
  "127.0.0.1",
  "126.255.255.255",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  EXTERNAL,
  "203.0.113.2",
  INTERNAL,
];

/** Who may be met on the links of a router; 10.0.16.2 and 203.0.97.6 differ in high bits only. */
export const NEIGHBOURS = {
  internal: [...HOSTS, "10.0.16.2", "10.0.0.255"],
  external: ["203.0.113.6", "203.0.113.0", "203.0.97.6", "203.0.113.2", ...REMOTES],
};

export const PORTS = [5000, 5001, 0, 53, 1023, 1024, 65535];

/** Where clocks begin, in milliseconds; from the last, many reach the end of time. */
export const STARTS = [1_000, 0, 1, 1_023, 2 ** 32 - 3_000, 2 ** 41, 2 ** 42 - 300_000];
