/** What a machine lacks for the lab. */
import { spawnSync } from "node:child_process";
import { wait } from "tun-tap";
import { Lab, LabError } from "./lab.ts";

/** What the lab is made of, each with what it takes. */
const INGREDIENTS: { what: string; remedy: string; make: (lab: Lab) => void }[] = [
  {
    what: "network namespaces",
    remedy: "Run as root, or where user namespaces are allowed",
    make: (lab) => lab.addNamespaces(["rt"]),
  },
  {
    what: "virtual Ethernet devices and bridges",
    remedy: "Load the drivers with `modprobe veth` and `modprobe bridge`",
    make: (lab) =>
      lab.ip("rt", ["link add lan type bridge", "link add wan type veth peer name net"]),
  },
  {
    what: "TUN devices",
    remedy: "Run as root, and in a container with --device /dev/net/tun",
    make: (lab) => lab.ip("rt", ["tuntap add dev natlan mode tun"]),
  },
];

/** Rehearses what the lab needs. Returns what is in the way, as a sentence, or undefined. */
export function whyNoLab(): string | undefined {
  if (spawnSync("ip", ["-V"]).error) return 'there is no "ip" on this machine. Install iproute2.';
  const lab = new Lab(`provenat-${process.pid}-try`);
  try {
    for (const { what, remedy, make } of INGREDIENTS) {
      const problem = problemOf(() => make(lab));
      if (problem !== undefined) return `${what} cannot be made: ${problem}. ${remedy}.`;
    }
  } finally {
    lab.remove();
  }
  return whyNoDevices();
}

function problemOf(make: () => void): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    if (error instanceof LabError) return error.problem;
    throw error;
  }
}

/** Whether this Node.js can open devices, which takes the native part of tun-tap. */
function whyNoDevices(): string | undefined {
  try {
    wait(new Int32Array(), 0);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
