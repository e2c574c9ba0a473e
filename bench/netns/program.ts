/** How the bench starts its own programs, from their sources. */
import { fileURLToPath } from "node:url";

/** The command that runs a file of this folder, as in "sink.ts". */
export function programOf(file: string): string[] {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return [process.execPath, ...process.execArgv, path];
}
