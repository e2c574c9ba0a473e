/** How the NAT sits in rt, by the kind of its devices, and how it is told. */
import { spawnSync } from "node:child_process";
import type { Lab } from "../../host/demo/lab.ts";
import { EXTERNAL_ADDRESS, INTERNAL_NETWORK, buildTopology } from "../../host/demo/topology.ts";

export interface Wiring {
  /** Builds the whole lab. */
  build(lab: Lab): void;
  /** Bridges that have yet to begin to forward, once the NAT has opened its devices. */
  bridges: string[];
  flags: string[];
}

const ADDRESSES = [
  ...["--internal-address", "10.0.0.1/24", "--external-address", `${EXTERNAL_ADDRESS}/24`],
  ...["--gateway", "203.0.113.254"],
];

export const WIRINGS = {
  /** The kernel routes everything through two devices. */
  tun: {
    build: (lab) => buildTopology(lab),
    bridges: [],
    flags: [
      ...["--internal", "tun:natlan", "--external", "tun:natwan"],
      ...["--external-address", EXTERNAL_ADDRESS, "--internal-network", INTERNAL_NETWORK],
    ],
  },
  /** Each device is a port of a bridge; the kernel has no address. */
  tap: {
    build: (lab) => buildTopology(lab, bridge),
    bridges: ["lan", "outer"],
    flags: ["--internal", "tap:natlan", "--external", "tap:natwan", ...ADDRESSES],
  },
  /**
   * Two network interfaces: one end of a veth into the hosts' bridge, and the wan itself. Whoever sends
   * into a veth finishes checksums, since nothing behind it could.
   */
  xdp: {
    build: (lab) => {
      buildTopology(lab, bridgeAndVeth);
      finishChecksums(lab, "rt", "port");
      finishChecksums(lab, "net", "rt");
    },
    bridges: ["lan"],
    flags: ["--internal", "xdp:natlan", "--external", "xdp:wan", ...ADDRESSES],
  },
} satisfies Record<string, Wiring>;

/** Has the kernel finish the checksums, or not, of what it sends by `device`. */
export function finishChecksums(lab: Lab, place: string, device: string, isWanted = true): void {
  const args = ["ethtool", "-K", device, "tx", isWanted ? "off" : "on"];
  const { status, stderr } = spawnSync("ip", ["netns", "exec", lab.namespace(place), ...args]);
  if (status !== 0) throw new Error(`${args.join(" ")}: ${stderr}`);
}

function bridgeAndVeth(lab: Lab): void {
  lab.ip("rt", [
    "link add natlan type veth peer name port",
    ...bridgeOf("lan", "p1", "p2", "port"),
    "link set natlan up",
    "link set wan up",
  ]);
}

function bridge(lab: Lab): void {
  lab.ip("rt", [
    ...["natlan", "natwan"].map((tap) => `tuntap add dev ${tap} mode tap`),
    ...bridgeOf("lan", "p1", "p2", "natlan"),
    ...bridgeOf("outer", "wan", "natwan"),
  ]);
}

function bridgeOf(name: string, ...ports: string[]): string[] {
  return [
    `link add ${name} type bridge`,
    ...ports.map((port) => `link set ${port} master ${name} up`),
    `link set ${name} up`,
  ];
}
