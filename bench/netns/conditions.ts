/** Under which conditions figures were found, in a few words for those who read them. */
import type { Results } from "./results.ts";

/** As in "7 rounds", or "3 to 7 rounds" if some cases were not measured in all of them. */
export function roundsOf({ cases, rivals }: Results): string {
  const counts = cases
    .flatMap((summary) => summary.rivals)
    .filter(({ rival, rounds }) => Object.hasOwn(rivals, rival) && rounds > 0)
    .map(({ rounds }) => rounds);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (counts.length === 0) return "no round";
  return least === most ? plural(least, "round") : `${least} to ${plural(most, "round")}`;
}

/** As in "Linux 6.18.44, Intel(R) Xeon(R) Processor, 2 virtual processors", as far as results say. */
export function machineOf({ kernel, cpu, processors, virtual }: Results): string {
  const count =
    processors === undefined
      ? []
      : [plural(processors, virtual ? "virtual processor" : "processor")];
  const model = cpu === undefined ? [] : [cpu];
  return [`Linux ${kernel}`, ...model, ...count].join(", ");
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
