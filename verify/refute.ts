/** Looks for a counterexample to what is said of one function: what a mutant has to meet. */
import { functionOf } from "./bound.ts";
import { UNITS } from "./proofs/units.ts";
import { type Functions, type ProveOptions, proveUnit } from "./prove.ts";
import type { Shortfall, UnitReport } from "./report.ts";

/** What the first counterexample says; without one, what is not known. */
export interface Refutation {
  status: UnitReport["status"];
  theorem?: string;
  counterexample?: string;
}

/** The units about a function, named by the end of its name in the manifest: "packet/translate". */
export function unitsOf(ending: string, functions: Functions): string[] {
  return UNITS.map(({ name }) => name).filter((name) =>
    `/${functionOf(name, Object.keys(functions)) ?? ""}`.endsWith(`/${ending}`),
  );
}

/** Proves the units of a function up to the first counterexample. */
export async function refute(
  bytes: Uint8Array,
  manifest: { functions: Functions },
  ending: string,
  options: ProveOptions = {},
): Promise<Refutation> {
  const units = unitsOf(ending, manifest.functions);
  if (units.length === 0) return { status: "gave up", theorem: `no unit is about ${ending}` };
  let worst: Refutation = { status: "proved" };
  for (const unit of units) {
    const report = await proveUnit(bytes, manifest.functions, unit, {
      ...options,
      stopAtFirst: true,
    });
    if (report.status === "proved") continue;
    worst = refutationOf(report);
    if (report.status === "refuted") break;
  }
  return worst;
}

function refutationOf({ unit, status, failures }: UnitReport): Refutation {
  const first = failures.find((one) => one.status === "sat") ?? failures[0];
  if (!first) return { status };
  return { status, theorem: `${unit}: ${first.what}`, ...counterexampleOf(first) };
}

function counterexampleOf({ counterexample = [] }: Shortfall): { counterexample?: string } {
  return counterexample.length > 0 ? { counterexample: counterexample.join("; ") } : {};
}
