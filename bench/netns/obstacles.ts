/** What a machine lacks for this bench. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { whyNoLab } from "../../host/demo/obstacles.ts";

/** Tools, by the package that has them. */
const TOOLS: Record<string, string> = {
  ip: "iproute2",
  nft: "nftables",
  iperf3: "iperf3",
  ethtool: "ethtool",
  taskset: "util-linux",
  chrt: "util-linux",
  prlimit: "util-linux",
  gcc: "gcc",
};

/** What is in the way, as a sentence, or undefined. Leaves nothing behind. */
export function whyNoBench(): string | undefined {
  if (process.getuid?.() !== 0) return "it takes root, for network namespaces. Run it as root.";
  if (cpus().length < 2) return "it takes two processors: one is under test, one tests.";
  const missing = Object.keys(TOOLS).filter((tool) => spawnSync(tool, ["--version"]).error);
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((tool) => TOOLS[tool]))].join(" ");
    return `there is no ${missing.join(", no ")} on this machine. Install ${packages}.`;
  }
  if (spawnSync("chrt", ["--rr", "5", "true"]).status !== 0) {
    return "real-time priorities are refused. Run it as root of the machine, not of a container.";
  }
  if (!existsSync("dist/host/cli.js")) return "it is not built. Run `npm run build`.";
  return whyNoLab();
}
