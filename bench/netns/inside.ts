/** Commands inside a place of the lab, run to their end. */
import { spawnSync } from "node:child_process";
import { type Lab, LabError } from "../../host/demo/lab.ts";

/** Milliseconds that a command may take. */
const TIMEOUT = 20_000;

/** Returns what `command` printed. Throws `LabError`. */
export function inside(lab: Lab, place: string, command: string[], input = ""): string {
  const args = ["netns", "exec", lab.namespace(place), ...command];
  const { error, status, stdout, stderr } = spawnSync("ip", args, {
    input,
    encoding: "utf8",
    timeout: TIMEOUT,
  });
  if (status === 0) return stdout;
  const problem = error?.message ?? stderr.trim().split("\n")[0];
  throw new LabError(command.join(" "), problem || `exit code ${status}`);
}
