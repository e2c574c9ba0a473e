/**
 * Proves one unit in a process of its own, and ends. Names and numbers of terms depend on all that a
 * process has made before: so the same unit asks the same queries, which the cache then knows.
 */
import { type Functions, type ProveOptions, proveUnit } from "./prove.ts";
import { type UnitReport, unproved } from "./report.ts";

/** What a worker is asked. */
export interface Task {
  bytes: Uint8Array;
  functions: Functions;
  unit: string;
  options: Omit<ProveOptions, "trace">;
  wantsTrace: boolean;
}

/** What it answers. */
export interface Outcome {
  report: UnitReport;
  trace: string;
}

// Without the driver nobody waits for it. The group of processes has the solvers in it.
process.on("disconnect", () => process.kill(-process.pid, "SIGKILL"));

process.once("message", async (task: Task) => {
  const outcome = await outcomeOf(task);
  process.send!(outcome, () => process.exit(0));
});

async function outcomeOf({ bytes, functions, unit, options, wantsTrace }: Task): Promise<Outcome> {
  let trace = "";
  const collect = (text: string): void => {
    trace += text;
  };
  try {
    const traced = wantsTrace ? { ...options, trace: collect } : options;
    return { report: await proveUnit(bytes, functions, unit, traced), trace };
  } catch (error) {
    return { report: unproved(unit, "", (error as Error).message), trace };
  }
}
