#!/usr/bin/env node
/**
 * Asks the verifier for a counterexample to each of the mutants. Exit code 0 only if it has one for
 * all but those that are known to be equivalent, and has none for the core. After `npm run verify`
 * its answers are in the cache.
 */
import { FLAGS, main } from "./run.ts";

const MISUSE = 2;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof TypeError && "code" in error)) throw error;
  const options = Object.keys(FLAGS).map((name) => `--${name}`);
  process.stderr.write(`${error.message}\nThere are ${options.join(", ")}, and parts of names.\n`);
  process.exitCode = MISUSE;
}
