/** A setting that cannot be used. `path` names it as the user wrote it. */
export class ConfigError extends Error {
  readonly path: string;
  readonly problem: string;
  readonly remedy: string;

  constructor(path: string, problem: string, remedy: string) {
    super(`${path}: ${problem}. ${remedy}.`);
    this.name = "ConfigError";
    this.path = path;
    this.problem = problem;
    this.remedy = remedy;
  }
}
