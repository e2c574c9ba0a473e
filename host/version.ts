/** Which provenat this is. */
import { readFileSync } from "node:fs";

/** The version in package.json, which lies above the compiled host as above the sources. */
export function version(): string {
  for (const base of ["../package.json", "../../package.json"]) {
    try {
      const text = readFileSync(new URL(base, import.meta.url), "utf8");
      const { name, version } = JSON.parse(text) as { name?: string; version: string };
      if (name === "provenat") return version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return "unknown";
}
