#!/usr/bin/env node
/**
 * Asks the verifier for a counterexample to each of the mutants. Exit code 0 only if it has one for
 * all but those that are known to be equivalent, and has none for the core. After `npm run verify`
 * its answers are in the cache.
 */
import { main } from "./run.ts";

process.exitCode = await main(process.argv.slice(2));
