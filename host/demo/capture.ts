/** The demo without a lab: the core on the example capture. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Print } from "../ask.ts";
import { fateLines, replayWith, writtenText } from "../replay-command.ts";
import { EXAMPLE } from "./example.ts";
import { demoFolder } from "./leftovers.ts";

/** Resolves to the exit code: 0 when packets were carried in every direction. */
export async function demonstrateCapture(print: Print, signal: AbortSignal): Promise<number> {
  const input = fileURLToPath(new URL("./example.pcap", import.meta.url));
  const folder = demoFolder();
  try {
    const files = { input, output: join(folder, "translated.pcap") };
    const summary = await replayWith(EXAMPLE, files, signal);
    [...fateLines(input, summary), writtenText(summary)].forEach(print);
    const { Outbound, Inbound, Hairpin } = summary.outcomes;
    const isGood = [Outbound, Inbound, Hairpin].every((count) => count !== undefined && count > 0);
    print("");
    print(
      isGood
        ? "The core translated the capture in every direction, and refused what it has to refuse."
        : "FAILED: the core did not translate the capture in every direction.",
    );
    print("Not shown: devices, real traffic, the control socket. Run the demo as root for those.");
    return isGood ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
