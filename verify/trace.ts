/**
 * The trace of each path through a function, to be read: what was decided on the way, what was
 * called, what was written, and what had to be shown.
 */
import type { Unit } from "./proofs/unit.ts";
import type { Path } from "./symbolic/path.ts";
import { show } from "./terms/show.ts";
import type { Term } from "./terms/term.ts";

/** A claim that was to be shown where some conditions held. */
export interface Obligation {
  conditions: readonly Term[];
  claim: Term;
  what: string;
  isShown: boolean;
}

export function traceOf(unit: Unit, paths: Path[], obligations: Obligation[]): string {
  const lines = [`${unit.name}: ${unit.theorem}`, ""];
  paths.forEach((path, i) => {
    lines.push(`path ${i + 1} of ${paths.length}, ${path.instructions} instructions`);
    lines.push(...pathLines(path, obligations), "");
  });
  // Those of rounds of a loop, and of paths that have not come to an end.
  const others = obligations.filter((one) => !paths.some((path) => isOnWay(one, path)));
  if (others.length > 0) lines.push("on no path to the end", ...others.map(obligationText), "");
  return `${lines.join("\n")}\n`;
}

function pathLines(path: Path, obligations: Obligation[]): string[] {
  const own = obligations.filter((one) => isOnWay(one, path));
  const required = new Set(own.map(({ claim }) => claim));
  const written = path.state.names.flatMap((name) =>
    path.state
      .table(name)
      .written.map(({ index, value }) => `  writes ${name}[${show(index)}] = ${show(value)}`),
  );
  return [
    ...path.conditions
      .filter((claim) => !required.has(claim))
      .map((claim) => `  where ${show(claim)}`),
    ...path.calls.map(({ name, args, result }) => {
      const outcome = result ? ` = ${show(result)}` : "";
      return `  calls ${name}(${args.map((arg) => show(arg)).join(", ")})${outcome}`;
    }),
    ...written.reverse(),
    ...path.octets.written.map(({ at, value }) => `  writes octet ${show(at)} = ${show(value)}`),
    ...own.map(obligationText),
  ];
}

function obligationText({ what, claim, isShown }: Obligation): string {
  return `  ${isShown ? "shown " : "NOT SHOWN"} ${what}: ${show(claim)}`;
}

/** Whether a claim was to be shown on the way to a path's end, or in a case there. */
function isOnWay({ conditions }: Obligation, path: Path): boolean {
  const length = Math.min(conditions.length, path.conditions.length);
  for (let i = 0; i < length; i++) if (conditions[i] !== path.conditions[i]) return false;
  return true;
}
