/** What is true of the module and of the proof as a whole: what single proofs take for granted. */
import { MEMORY_PAGES, REGIONS } from "./contracts/layout.ts";
import { decode } from "./wasm/decode.ts";
import type { Module } from "./wasm/module.ts";
import type { Functions } from "./prove.ts";
import { functionOf } from "./bound.ts";
import { type Shortfall, type UnitReport, statusOf, unproved } from "./report.ts";

export const MODULE = "module";

const THEOREM =
  "has no imports, data, tables or mutable globals, and the regions where the proof has them";

export const WHOLE = "whole";

const WHOLE_THEOREM = "every function that is exported, or that a proof relies on, has a proof";

/** Exported constants, and the regions that begin there. */
const PLACES: Record<string, string> = {
  CLOCK: "clock",
  CONFIG: "config",
  COUNTERS: "counters",
  DESCRIPTORS: "descriptors",
  ENDPOINTS: "endpoint",
  NEIGHBOURS: "neighbours",
  PACKETS: "packets",
  RECORDS: "records",
  SESSIONS: "sessions",
};

/** Exported functions, by their names in the manifest. */
const ENTRIES: Record<string, string> = {
  process: "index/process",
  configure: "nat/settings/configure",
};

/** Decoding refuses imports, data, tables, a start function, mutable globals and what is invalid. */
export function checkModule(bytes: Uint8Array, functions: Functions): UnitReport {
  const begun = performance.now();
  let checks: [what: string, holds: boolean][];
  try {
    checks = checksOf(decode(bytes), functions);
  } catch (error) {
    return unproved(MODULE, THEOREM, (error as Error).message);
  }
  const failures = checks
    .filter(([, holds]) => !holds)
    .map(([what]): Shortfall => ({ what, status: "sat", counterexample: [] }));
  return {
    ...unproved(MODULE, THEOREM, ""),
    status: statusOf(failures),
    failures,
    shown: checks.length,
    seconds: (performance.now() - begun) / 1000,
  };
}

/** That what is exported, or taken for granted by a unit, is proved in all its parts. */
export function checkWhole(reports: readonly UnitReport[], functions: Functions): UnitReport {
  const names = Object.keys(functions);
  const nameOf = ({ unit }: UnitReport) => functionOf(unit, names);
  const shown = new Set(reports.map(nameOf));
  for (const report of reports) if (report.status !== "proved") shown.delete(nameOf(report));
  const wanted = new Set([
    ...Object.values(ENTRIES),
    ...reports.flatMap(({ answered }) => answered),
  ]);
  const missing = [...wanted].filter((name) => !shown.has(name));
  const failures = missing.map((name): Shortfall => ({
    what: `${name} has no proof of its own`,
    status: "unknown",
  }));
  return {
    ...unproved(WHOLE, WHOLE_THEOREM, ""),
    status: statusOf(failures),
    failures,
    shown: wanted.size,
  };
}

function checksOf(module: Module, functions: Functions): [string, boolean][] {
  const valueOf = (name: string): bigint | undefined => {
    const entry = module.exports.get(name);
    return entry?.kind === "global" ? module.globals[entry.index]?.value : undefined;
  };
  const indexOf = (name: string): number | undefined => {
    const entry = module.exports.get(name);
    return entry?.kind === "function" ? entry.index : undefined;
  };
  const regionOf = (name: string) => REGIONS.find((region) => region.name === name)!;
  const expected = new Set([...Object.keys(PLACES), "SESSION_SLOTS", ...Object.keys(ENTRIES)]);
  const others = [...module.exports.keys()].filter(
    (name) => !expected.has(name) && module.exports.get(name)!.kind !== "memory",
  );
  const last = Math.max(...REGIONS.map(({ base, stride, count }) => base + stride * count));
  return [
    [`memory has ${MEMORY_PAGES} pages`, module.memory.pages === MEMORY_PAGES],
    ["the last region ends within memory", last <= MEMORY_PAGES * 65536],
    ["regions do not overlap", areApart()],
    ["memory is exported", module.exports.get("memory")?.kind === "memory"],
    ...Object.entries(PLACES).map(([name, region]): [string, boolean] => {
      const { base } = regionOf(region);
      return [`${name} is ${base}`, valueOf(name) === BigInt(base)];
    }),
    [
      `SESSION_SLOTS is ${regionOf("sessions").count}`,
      valueOf("SESSION_SLOTS") === BigInt(regionOf("sessions").count),
    ],
    ...Object.entries(ENTRIES).map(([name, function_]): [string, boolean] => {
      const index = indexOf(name);
      return [`${name} is ${function_}`, index !== undefined && index === functions[function_]];
    }),
    [`nothing else is exported: ${others.join(", ") || "no"}`, others.length === 0],
  ];
}

/** Whether each region ends before the next one begins. */
function areApart(): boolean {
  const sorted = [...REGIONS].sort((a, b) => a.base - b.base);
  return sorted.every(({ base, stride, count }, i) => {
    const next = sorted[i + 1];
    return next === undefined || base + stride * count <= next.base;
  });
}
