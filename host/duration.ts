/** Lengths of time as a user writes them. */
import { ConfigError } from "./settings.ts";

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds in a text such as "1500", "1500ms", "90s", "5m", "2h" or "1d". Throws `ConfigError`. */
export function parseDuration(path: string, text: string): number {
  const [, digits, unit] = /^(\d{1,15})(ms|s|m|h|d)?$/.exec(text) ?? [];
  const milliseconds = Number(digits) * UNITS[unit ?? "ms"]!;
  if (milliseconds > 0 && Number.isSafeInteger(milliseconds)) return milliseconds;
  const remedy = "Write milliseconds, or a number with ms, s, m, h or d, as in 90s";
  throw new ConfigError(path, `"${text}" is no length of time`, remedy);
}

/** As in "0.5 s" or "2 h 4 m". */
export function durationText(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}
