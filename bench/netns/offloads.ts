/** What the endpoints' devices do for their kernels: segmentation and checksums. */
import type { Lab } from "../../host/demo/lab.ts";
import { inside } from "./inside.ts";
import { steer } from "./processors.ts";
import { CLIENT, LAN, SERVER, WAN } from "./topology.ts";

const FEATURES = {
  tx: "tx-checksumming",
  rx: "rx-checksumming",
  tso: "tcp-segmentation-offload",
  gso: "generic-segmentation-offload",
};

/** Whether they do it. */
export type Offloads = "on" | "off";

/**
 * What comes from a veth with segmentation goes past the other end's NAPI, and would be forwarded by
 * the processor that sent it: so it has to be steered to the one under test.
 */
export function setOffloads(lab: Lab, state: Offloads): void {
  setFeatures(lab, "client", CLIENT.device, state);
  setFeatures(lab, "server", SERVER.device, state);
  for (const device of [LAN, WAN]) steer(lab, "router", device, state);
}

/** GRO stays on for all: it is no offload, and a veth can be sent XDP frames only with it. */
function setFeatures(lab: Lab, place: string, device: string, state: Offloads): void {
  const features = inside(lab, place, ["ethtool", "-k", device]).split("\n");
  const canChange = (name: string): boolean =>
    features.some((line) => line.startsWith(`${name}:`) && !line.includes("[fixed]"));
  const settings = Object.entries(FEATURES).filter(([, name]) => canChange(name));
  const wanted = settings.flatMap(([short]) => [short, state]);
  inside(lab, place, ["ethtool", "-K", device, "gro", "on", ...wanted]);
}
