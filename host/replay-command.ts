/** `provenat replay`: its flags, and what it prints. */
import type { Print } from "./ask.ts";
import { type Flags, natSettingsFrom } from "./config.ts";
import { Nat, coreBytes } from "./nat.ts";
import { type ReplaySummary, replay } from "./replay.ts";
import { outcomeLines } from "./report.ts";
import { sideFinder } from "./sides.ts";

export interface ReplayFlags extends Flags {
  internalSide?: string;
  json?: boolean;
}

/** Replays `input` into `output` and prints a summary. Throws `ConfigError` or `CaptureError`. */
export async function replayCommand(
  input: string,
  output: string,
  flags: ReplayFlags,
  print: Print,
  signal: AbortSignal,
): Promise<ReplaySummary> {
  const settings = natSettingsFrom(flags);
  const sideOf = sideFinder(flags.internalSide, settings);
  const nat = new Nat(settings, coreBytes());
  const summary = await replay(nat, sideOf, { input, output }, signal);
  if (flags.json) print(JSON.stringify(summary));
  else summaryLines(input, output, summary).forEach(print);
  return summary;
}

function summaryLines(input: string, output: string, summary: ReplaySummary): string[] {
  const { frames, leftOut, internal, outcomes, written } = summary;
  const reasons = Object.entries(leftOut);
  const strangers = reasons.reduce((sum, [, count]) => sum + count, 0);
  const carried = frames - strangers;
  const lines = [`${input}: ${carried} of ${frames} frames went through the NAT`];
  for (const [reason, count] of reasons) lines.push(`left out  ${count} ${reason}`);
  if (carried > 0) lines.push(...outcomeLines(outcomes));
  if (carried > 0 && internal === 0) {
    lines.push("none came from the internal side: say which do with --internal-side");
  }
  lines.push(`${output}: packets written: ${written}`);
  return lines;
}
