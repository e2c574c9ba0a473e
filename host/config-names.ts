/** A value and the name that its user knows it by: a flag, or a place in the configuration file. */
import { ConfigError } from "./config-error.ts";

export interface Named<T> {
  value: T | undefined;
  name: string;
}

/** The flag's value, unless only the file has one. */
export function pick<T>(
  flag: string,
  given: T | undefined,
  place: string,
  filed: T | undefined,
): Named<T> {
  if (given === undefined && filed !== undefined) return { value: filed, name: place };
  return { value: given, name: flag };
}

/** Calls `check`; an error of it takes the name that its user knows. */
export function renaming<T>(names: Record<string, string>, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(names[error.path] ?? error.path, error.problem, error.remedy);
  }
}
