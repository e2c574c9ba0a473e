/** Looks for a counterexample to what is said of one function: what a mutant has to meet. */
import { functionOf } from "./bound.ts";
import type { Unit } from "./proofs/unit.ts";
import { UNITS } from "./proofs/units.ts";
import { type Functions, type ProveOptions, prove } from "./prove.ts";
import type { Shortfall, UnitReport } from "./report.ts";

/** What the first counterexample says; without one, what is not known. */
export interface Refutation {
  status: UnitReport["status"];
  theorem?: string;
  counterexample?: string;
}

export interface RefuteOptions extends ProveOptions {
  /** Whether the function is run as the counterexample says; true unless given. */
  isReplayed?: boolean;
}

/** The units about a function, named by the end of its name in the manifest: "packet/translate". */
export function unitsOf(ending: string, functions: Functions): string[] {
  return unitsAbout(ending, functions).map(({ name }) => name);
}

function unitsAbout(ending: string, functions: Functions): Unit[] {
  return UNITS.filter(({ name }) =>
    `/${functionOf(name, Object.keys(functions)) ?? ""}`.endsWith(`/${ending}`),
  );
}

/** Proves the units of a function up to the first counterexample. */
export async function refute(
  bytes: Uint8Array,
  manifest: { functions: Functions },
  ending: string,
  { isReplayed = true, ...options }: RefuteOptions = {},
): Promise<Refutation> {
  const units = unitsAbout(ending, manifest.functions);
  if (units.length === 0) return { status: "gave up", theorem: `no unit is about ${ending}` };
  let worst: Refutation = { status: "proved" };
  for (const unit of units) {
    const report = await prove(bytes, manifest.functions, isReplayed ? unit : withoutReplay(unit), {
      ...options,
      stopAtFirst: true,
    });
    if (report.status === "proved") continue;
    worst = refutationOf(report);
    if (report.status === "refuted") break;
  }
  return worst;
}

/** What is wrong with a function may be that it never ends. */
function withoutReplay(unit: Unit): Unit {
  const proveIt: Unit["prove"] = async (context) => {
    try {
      return await unit.prove(context);
    } finally {
      for (const { path } of context.prover.failures) path.entry = undefined;
    }
  };
  return { ...unit, prove: proveIt };
}

function refutationOf({ unit, status, failures }: UnitReport): Refutation {
  const first = failures.find((one) => one.status === "sat") ?? failures[0];
  if (!first) return { status };
  return { status, theorem: `${unit}: ${first.what}`, ...counterexampleOf(first) };
}

function counterexampleOf({ counterexample = [] }: Shortfall): { counterexample?: string } {
  return counterexample.length > 0 ? { counterexample: counterexample.join("; ") } : {};
}
