/** The demo without a lab: the core on the example capture. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Print } from "../ask.ts";
import { replayCommand } from "../replay-command.ts";
import { EXAMPLE } from "./example.ts";

/** Resolves to the exit code: 0 when packets were carried in every direction. */
export async function demonstrateCapture(print: Print, signal: AbortSignal): Promise<number> {
  const input = fileURLToPath(new URL("./example.pcap", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "provenat-demo-"));
  try {
    const output = join(folder, "translated.pcap");
    const { outcomes } = await replayCommand(input, output, EXAMPLE, print, signal);
    const { Outbound, Inbound, Hairpin } = outcomes as Record<string, number>;
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
