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
  const summary = await replayWith(flags, { input, output }, signal);
  if (flags.json) print(JSON.stringify(summary));
  else [...fateLines(input, summary), `${output}: ${writtenText(summary)}`].forEach(print);
  return summary;
}

/** Replays a capture through the NAT that `flags` ask for. Throws as `replayCommand` does. */
export function replayWith(
  flags: ReplayFlags,
  files: { input: string; output: string },
  signal: AbortSignal,
): Promise<ReplaySummary> {
  const settings = natSettingsFrom(flags);
  const sideOf = sideFinder(flags.internalSide, settings);
  return replay(new Nat(settings, coreBytes()), sideOf, files, signal);
}

/** What became of the frames of `input`. */
export function fateLines(input: string, summary: ReplaySummary): string[] {
  const { frames, leftOut, outcomes } = summary;
  const carried = carriedOf(summary);
  const lines = [`${input}: ${carried} of ${frames} frames went through the NAT`];
  for (const [reason, count] of Object.entries(leftOut)) lines.push(`left out  ${count} ${reason}`);
  if (carried > 0) lines.push(...outcomeLines(outcomes));
  return lines;
}

/** How many packets left. */
export function writtenText({ written }: ReplaySummary): string {
  return `packets written: ${written}`;
}

/** What the user of a replay may not have expected, as sentences. */
export function replayWarnings(input: string, summary: ReplaySummary): string[] {
  const { cutOffAt, internal } = summary;
  const warnings: string[] = [];
  if (cutOffAt !== undefined) {
    const problem = `the file ends amid what begins at octet ${cutOffAt}`;
    warnings.push(`${input}: ${problem}. Only what is whole was carried.`);
  }
  if (internal === 0 && carriedOf(summary) > 0) {
    const problem = "no packet came from the internal side";
    warnings.push(`${input}: ${problem}. Say which do with --internal-side.`);
  }
  return warnings;
}

function carriedOf({ frames, leftOut }: ReplaySummary): number {
  return Object.values(leftOut).reduce((rest, count) => rest - count, frames);
}
