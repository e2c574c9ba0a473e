/** How provenat's packets come and go. A further kind of device is a further entry here. */
import type { Lab } from "../../../host/demo/lab.ts";
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

export interface Wiring {
  /** What packets pass, for people. */
  readonly title: string;

  /** Link address that the client sends to. */
  readonly gatewayMac: string;

  /** As in `Rival`. */
  readonly takesOffloads: boolean;

  /** What "provenat run" is told, besides addresses. */
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
  // The kernel does what is left undone before a packet enters the first TUN.
  takesOffloads: true,
  gatewayMac: LAN_MAC,
  options: ["--internal", "tun:natlan", "--external", "tun:natwan"],
  prepare(lab) {
    addClientVeth(lab);
    addServerVeth(lab, "other");
    setUpClient(lab, LAN_MAC);
    setUpServer(lab, WAN_MAC);
    lab.tune("router", { "ipv4/ip_forward": 1, "ipv4/conf/all/accept_local": 1 });
    lab.ip("router", [
      ...["natlan", "natwan"].flatMap((device) => [
        `tuntap add dev ${device} mode tun`,
        // As the README has it, for bursts of TCP.
        `link set ${device} txqueuelen 4000 up`,
      ]),
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
