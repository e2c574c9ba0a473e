/** How provenat's packets come and go. A further kind of device is a further entry here. */
import type { Lab } from "../../../host/demo/lab.ts";
import {
  CLIENT,
  EXTERNAL_ADDRESS,
  GATEWAY,
  INTERNAL_NETWORK,
  LAN,
  LAN_MAC,
  SERVER,
  WAN,
  WAN_MAC,
  addClientVeth,
  addServerVeth,
  addVeths,
  learnNeighbours,
  setUpClient,
  setUpServer,
} from "../topology.ts";

export interface Wiring {
  /** What packets pass, for people. */
  readonly title: string;

  readonly carries: "datagrams" | "frames";

  /** As in `Rival`. */
  readonly takesOffloads: boolean;

  /**
   * What the process does while there are no packets. All of the router shares one processor: to
   * look again for a while, as it does by itself, would keep the kernel from its part.
   */
  readonly poll: "block" | "spin";

  /** What "provenat run" is told besides. */
  readonly options: string[];

  /** What has to be there before the process. */
  prepare(lab: Lab): void;

  /** What takes the process, which is ready now. */
  connect(lab: Lab): void;

  /** Why it cannot be had, as a sentence. */
  obstacle(): string | undefined;
}

/** From veth to veth by way of two TUNs: packets are routed twice. */
export const tun: Wiring = {
  title: "veth to TUN to TUN to veth, routed twice",
  carries: "datagrams",
  // The kernel does what is left undone before a packet enters the first TUN.
  takesOffloads: true,
  poll: "block",
  options: [
    ...["--internal", "tun:natlan", "--external", "tun:natwan"],
    ...["--external-address", EXTERNAL_ADDRESS, "--internal-network", INTERNAL_NETWORK],
  ],
  prepare(lab) {
    addClientVeth(lab);
    addServerVeth(lab, "other");
    setUpClient(lab, LAN_MAC);
    setUpServer(lab, WAN_MAC);
    lab.tune("router", { "ipv4/ip_forward": 1, "ipv4/conf/all/accept_local": 1 });
    lab.ip("router", [
      ...["natlan", "natwan"].flatMap((device) => deviceOf(device, "tun")),
      ...["route add default dev natlan table 100", "route add default dev natwan table 101"],
    ]);
  },
  connect(lab) {
    lab.ip("router", [
      `rule add iif ${LAN} lookup 100 pref 100`,
      `rule add iif ${WAN} lookup 101 pref 101`,
    ]);
  },
  obstacle: () => undefined,
};

/** What provenat is told where it is the router itself. */
const ADDRESSES = [
  ...["--internal-address", `${GATEWAY}/24`, "--external-address", `${EXTERNAL_ADDRESS}/24`],
  ...["--gateway", SERVER.address],
];

/** From veth to veth by way of two TAPs, each in one bridge with its veth: nothing else routes. */
export const tap: Wiring = {
  title: "veth to bridge to TAP to TAP to bridge to veth",
  carries: "frames",
  takesOffloads: true,
  poll: "block",
  options: ["--internal", "tap:natlan", "--external", "tap:natwan", ...ADDRESSES],
  prepare(lab) {
    addVeths(lab);
    setUpClient(lab);
    setUpServer(lab);
    lab.tune("router", { "ipv4/ip_forward": 0, "bridge/bridge-nf-call-iptables": 0 });
    lab.ip("router", [...bridged("natlan", LAN), ...bridged("natwan", WAN)]);
  },
  // On a TAP, which is the kernel's end of the link, its own end has what address it likes.
  connect: learnNeighbours,
  obstacle: () => undefined,
};

/** Two TAPs that are the ends' own devices, as those of virtual machines are: there is no veth. */
export const tapDirect: Wiring = {
  title: "TAP to TAP, the endpoints' own devices",
  carries: "frames",
  takesOffloads: true,
  poll: "block",
  options: tap.options,
  prepare(lab) {
    lab.tune("router", { "ipv4/ip_forward": 0 });
    lab.ip("router", [...deviceOf("natlan", "tap"), ...deviceOf("natwan", "tap")]);
  },
  connect(lab) {
    lab.ip("router", [
      `link set natlan netns @client name ${CLIENT.device}`,
      `link set natwan netns @server name ${SERVER.device}`,
    ]);
    setUpClient(lab);
    setUpServer(lab);
    learnNeighbours(lab);
  },
  obstacle: () => undefined,
};

/** The router's veths themselves, as nftables has them: nothing else routes. */
export const xdp: Wiring = {
  title: "AF_XDP, veth to veth",
  carries: "frames",
  // Nothing about a frame says what its sender left undone, so nobody would do it.
  takesOffloads: false,
  poll: "block",
  options: ["--internal", `xdp:${LAN}`, "--external", `xdp:${WAN}`, ...ADDRESSES],
  prepare(lab) {
    addVeths(lab);
    setUpClient(lab, LAN_MAC);
    setUpServer(lab, WAN_MAC);
    // What is not taken goes on to the kernel.
    lab.tune("router", { "ipv4/ip_forward": 0 });
  },
  connect() {},
  obstacle: () => undefined,
};

/** `wiring`, of a process that never sleeps. */
export function spinning(wiring: Wiring): Wiring {
  return { ...wiring, title: `${wiring.title}, spinning`, poll: "spin" };
}

function deviceOf(name: string, kind: "tun" | "tap"): string[] {
  // As the README has it, for bursts of TCP.
  return [`tuntap add dev ${name} mode ${kind}`, `link set ${name} txqueuelen 4000 up`];
}

function bridged(device: string, veth: string): string[] {
  const bridge = `br-${device}`;
  return [
    ...deviceOf(device, "tap"),
    ...[`link add ${bridge} type bridge mcast_snooping 0`, `link set ${bridge} up`],
    ...[`link set ${device} master ${bridge}`, `link set ${veth} master ${bridge}`],
  ];
}
