/** Looks for a counterexample in a process of its own, and ends. */
import { type Refutation, refute } from "../refute.ts";

/** What a worker is asked. */
export interface Task {
  bytes: Uint8Array;
  functions: Record<string, number>;
  /** The end of a function's name in the manifest. */
  unit: string;
  cacheFolder?: string | undefined;
}

// Without the runner nobody waits for it. The group of processes has the solvers in it.
process.on("disconnect", () => process.kill(-process.pid, "SIGKILL"));

process.once("message", async (task: Task) => {
  const refutation = await refutationOf(task);
  process.send!(refutation, () => process.exit(0));
});

async function refutationOf({ bytes, functions, unit, cacheFolder }: Task): Promise<Refutation> {
  try {
    const options = { isReplayed: false, ...(cacheFolder && { cacheFolder }) };
    return await refute(bytes, { functions }, unit, options);
  } catch (error) {
    return { status: "gave up", theorem: (error as Error).message };
  }
}
