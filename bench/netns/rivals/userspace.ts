/**
 * What people use today where the kernel's NAT is not to be had. Both put a TAP into the client's
 * namespace from the outside, and send what comes out of it by sockets of the router's namespace:
 * they are the client's link as well as the router, and end its TCP connections.
 */
import { spawnSync } from "node:child_process";
import type { Lab } from "../../../host/demo/lab.ts";
import { failureOf } from "../failure.ts";
import { underTest } from "../processors.ts";
import {
  CLIENT,
  GATEWAY,
  INTERNAL_NETWORK,
  LAN_MAC,
  WAN_MAC,
  addServerVeth,
  setUpClient,
  setUpServer,
} from "../topology.ts";
import type { Rival } from "./rival.ts";

/** The largest that both take, and what containers are given. */
const MTU = "65520";

/** Descriptors, one for each flow. Root of a container may not be given more. */
const FILES = "20000";

interface Userspace {
  name: string;
  package: string;
  mostFlows: number;
  gatewayMac: string;
  command(clientNamespace: string): string[];
}

export const slirp = userspace({
  name: "slirp4netns",
  package: "slirp4netns",
  // It looks for a flow by going through a list of all.
  mostFlows: 1000,
  gatewayMac: `52:55:${GATEWAY.split(".").map(hexadecimal).join(":")}`,
  command: (clientNamespace) => [
    ...["slirp4netns", "--netns-type=path", `--mtu=${MTU}`, `--cidr=${INTERNAL_NETWORK}`],
    ...["--disable-host-loopback", "--disable-dns", clientNamespace, CLIENT.device],
  ],
});

export const pasta = userspace({
  name: "pasta",
  package: "passt",
  mostFlows: 10_000,
  gatewayMac: LAN_MAC,
  command: (clientNamespace) => [
    ...["pasta", "--foreground", "--quiet", "--runas", "0", "--netns", clientNamespace],
    ...["--ns-ifname", CLIENT.device, "--mtu", MTU, "--mac-addr", LAN_MAC, "--ipv4-only"],
    ...["--address", CLIENT.address, "--netmask", "24", "--gateway", GATEWAY],
    ...["--no-dhcp", "--dns", "none", "--tcp-ports", "none", "--udp-ports", "none"],
    ...["--tcp-ns", "none", "--udp-ns", "none"],
  ],
});

function userspace({ name, package: from, mostFlows, gatewayMac, command }: Userspace): Rival {
  return {
    name,
    title: `${name}, TAP to sockets to veth, MTU ${MTU} inside`,
    translates: true,
    mostFlows,
    takesOffloads: true,
    obstacle() {
      if (spawnSync(command("")[0]!, ["--version"]).error === undefined) return undefined;
      return `there is no ${name} on this machine. Install ${from}.`;
    },
    async begin(lab: Lab) {
      addServerVeth(lab, "external");
      setUpServer(lab, WAN_MAC);
      const files = ["prlimit", `--nofile=${FILES}`];
      const path = `/run/netns/${lab.namespace("client")}`;
      const process = lab.start("router", underTest([...files, ...command(path)]));
      await Promise.race([deviceOf(lab), failureOf(process)]);
      setUpClient(lab, gatewayMac);
      return process;
    },
  };
}

/** Resolves once the client has its device. */
async function deviceOf(lab: Lab): Promise<void> {
  const isThere = `until [ -e /sys/class/net/${CLIENT.device} ]; do sleep 0.02; done`;
  await lab.start("client", ["sh", "-c", isThere]).ended();
}

function hexadecimal(octet: string): string {
  return Number(octet).toString(16).padStart(2, "0");
}
