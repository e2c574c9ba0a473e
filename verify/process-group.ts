/** Workers: processes that are given one task, each the head of a group of its own. */
import { type ChildProcess, fork } from "node:child_process";

/** When a worker is not waited for any longer. */
export interface Patience {
  limitMs?: number;
  signal?: AbortSignal;
}

/** What the program `worker` answers to a task. Then it is ended, and all that it has started. */
export async function answerOf<Answer>(
  worker: string,
  task: object,
  { limitMs, signal }: Patience = {},
): Promise<Answer> {
  // A group of its own, so that its solvers end with it.
  const child = fork(worker, { serialization: "advanced", detached: true });
  const end = (): void => endGroup(child);
  signal?.addEventListener("abort", end);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(why));
      child.once("message", (answer) => resolve(answer as Answer));
      child.once("error", reject);
      child.once("exit", (code, by) => fail(`the process died: ${by ?? code}`));
      if (limitMs !== undefined) {
        timer = setTimeout(fail, limitMs, `no answer in ${Math.round(limitMs / 1000)} s`);
      }
      child.send(task, (error) => error && reject(error));
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", end);
    end();
  }
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // It has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
