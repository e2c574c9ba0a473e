/**
 * Queries known to be unsatisfiable, as files named by the hash of their text. The folder is trusted
 * like the solver: who can write to it can prove anything.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Query } from "./smtlib.ts";

export interface Cache {
  has(query: Query): boolean;
  add(query: Query, solver: string): void;
}

/** The folder, unless the user names one. Mutants share it: most of what they ask, the core asked. */
export function defaultCacheFolder(): string {
  const base = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return join(base, "provenat");
}

export const NO_CACHE: Cache = { has: () => false, add: () => {} };

export class FolderCache implements Cache {
  readonly #folder: string;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
  }

  has(query: Query): boolean {
    try {
      return readFileSync(this.#fileOf(query), "utf8").startsWith("unsat ");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
      throw error;
    }
  }

  /** Written aside and renamed, so that a file is whole or not there. */
  add(query: Query, solver: string): void {
    const file = this.#fileOf(query);
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, `unsat ${solver}\n`);
    renameSync(draft, file);
  }

  #fileOf(query: Query): string {
    return join(this.#folder, createHash("sha256").update(query.text).digest("hex"));
  }
}
