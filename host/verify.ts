/** `provenat verify`: the verifier, a program of its own that shares nothing with the host. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { coreFile } from "./nat.ts";

/**
 * Has the module proved that `provenat run` would run, unless the options name another; gives the
 * exit code.
 */
export async function verifyCore(options: string[], signal: AbortSignal): Promise<number> {
  const suffix = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const program = fileURLToPath(new URL(`../verify/cli.${suffix}`, import.meta.url));
  const isNamed = options.some((option) => /^--module\b/.test(option));
  const module = isNamed ? [] : ["--module", coreFile()];
  const args = [...process.execArgv, program, ...module, ...options];
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  signal.addEventListener("abort", () => child.kill("SIGTERM"));
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
}
