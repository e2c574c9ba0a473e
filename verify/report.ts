/** What is said of a unit: plain data, to be sent between processes and printed as JSON. */

/** "gave up": not proved, and no counterexample either. Only "proved" is a success. */
export type Status = "proved" | "refuted" | "gave up";

/** A claim that was not shown. */
export interface Shortfall {
  what: string;
  /** "sat": it is false for the values in `counterexample`. "unknown": see `why`. */
  status: "sat" | "unknown";
  why?: string;
  counterexample?: string[];
}

/** What one way through a function may cost, in instructions: its own, and those of its calls. */
export interface Cost {
  own: number;
  /** How often it calls what is proved apart, by name. */
  calls: Record<string, number>;
}

/** The dearest paths of a unit, and of its loop if it has one that was summed up. */
export interface Costs {
  paths: Cost[];
  loop?: { rounds: number; paths: Cost[] };
}

export interface UnitReport {
  unit: string;
  theorem: string;
  status: Status;
  failures: Shortfall[];
  /** Paths followed to their end. */
  paths: number;
  /** Claims looked at, shown or not. */
  shown: number;
  /** Asked of the solver; answered by the cache instead. */
  queries: number;
  cached: number;
  seconds: number;
  /** Names of the solver's programs. */
  solver: string;
  instructions: Costs;
  /** Functions that a contract has stood in for, by name: each needs a unit of its own. */
  answered: string[];
}

/** A unit of which nothing is known but why. */
export function unproved(unit: string, theorem: string, why: string): UnitReport {
  return {
    unit,
    theorem,
    status: "gave up",
    failures: [{ what: why, status: "unknown" }],
    paths: 0,
    shown: 0,
    queries: 0,
    cached: 0,
    seconds: 0,
    solver: "",
    instructions: { paths: [] },
    answered: [],
  };
}

/** What failures amount to: one counterexample refutes, whatever else is not known. */
export function statusOf(failures: readonly Shortfall[]): Status {
  if (failures.length === 0) return "proved";
  return failures.some(({ status }) => status === "sat") ? "refuted" : "gave up";
}
