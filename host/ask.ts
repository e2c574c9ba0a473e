/** The commands that ask a running instance: each prints its answer line by line. */
import { onlyControlPath } from "./control-path.ts";
import { ask, askList } from "./control-client.ts";
import type { Items } from "./control-protocol.ts";
import { durationText, parseDuration } from "./duration.ts";
import {
  MAPPING_COLUMNS,
  NEIGHBOUR_COLUMNS,
  SESSION_COLUMNS,
  counterLines,
  mappingLine,
  neighbourLine,
  sessionLine,
  statusLines,
} from "./report.ts";

export interface AskFlags {
  control?: string;
  /** One JSON object a line. */
  json?: boolean;
}

export interface ListFlags extends AskFlags {
  all?: boolean;
  limit?: number;
}

/** Takes one line of output, without its line feed. */
export type Print = (line: string) => void;

export async function showStatus(flags: AskFlags, print: Print): Promise<void> {
  const status = await ask(await pathOf(flags), { request: "status" });
  if (flags.json) print(JSON.stringify(status));
  else statusLines(status).forEach(print);
}

export async function showCounters(flags: AskFlags, print: Print): Promise<void> {
  const counters = await ask(await pathOf(flags), { request: "counters" });
  if (flags.json) print(JSON.stringify(counters));
  else counterLines(counters).forEach(print);
}

export function showMappings(flags: ListFlags, print: Print): Promise<void> {
  return showList("mappings", flags, print, MAPPING_COLUMNS, mappingLine);
}

export function showSessions(flags: ListFlags, print: Print): Promise<void> {
  return showList("sessions", flags, print, SESSION_COLUMNS, sessionLine);
}

export function showNeighbours(flags: ListFlags, print: Print): Promise<void> {
  return showList("neighbours", flags, print, NEIGHBOUR_COLUMNS, neighbourLine);
}

/** Puts the clock of an instance with --test-clock forward by `text`, as in "5m". */
export async function advanceClock(text: string, flags: AskFlags, print: Print): Promise<void> {
  const milliseconds = parseDuration("advance", text);
  const advanced = await ask(await pathOf(flags), { request: "advance", milliseconds });
  const sentence = `advanced by ${durationText(milliseconds)}: the clock is at ${advanced.clock} ms`;
  print(flags.json ? JSON.stringify(advanced) : sentence);
}

async function showList<R extends keyof Items>(
  request: R,
  flags: ListFlags,
  print: Print,
  heading: string,
  line: (item: Items[R]) => string,
): Promise<void> {
  const { all, limit, json } = flags;
  const list = askList(await pathOf(flags), { request, all, limit });
  if (!json) print(heading);
  for (let next = await list.next(); ; next = await list.next()) {
    if (!next.done) print(json ? JSON.stringify(next.value) : line(next.value));
    else if (next.value || json) return;
    else return print(`... and more than the limit of ${limit}`);
  }
}

async function pathOf({ control }: AskFlags): Promise<string> {
  return control ?? (await onlyControlPath());
}
