/** Processes that are not to end. */
import type { LabProcess } from "../../host/demo/lab.ts";

/** Rejects once `process` has ended, with what it said last. */
export async function failureOf(process: LabProcess): Promise<never> {
  // No line is like that, so this waits for the end.
  await process.line(/$^/);
  throw new Error("A process printed what cannot be.");
}
