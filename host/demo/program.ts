/** How this program starts itself again, compiled or from its sources. */
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** The command that runs a module of the host, as in "cli" or "demo/server". */
export function programOf(module: string): string[] {
  const path = fileURLToPath(new URL(`../${module}${extname(import.meta.url)}`, import.meta.url));
  return [process.execPath, ...process.execArgv, path];
}
