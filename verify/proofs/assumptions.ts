/** What is taken for granted: the end of every report. */

/** What the theorems leave out. */
export const ASSUMPTIONS: string[] = [
  "A ring is moved in fewer than 2^63 times in the life of a module (292 years at 10^9 a second).",
];

/** What a reader has to believe instead of a proof. */
export const TRUSTED_BASE: string[] = [
  "WebAssembly means what V8 does with it; verify/wasm and verify/symbolic read it the same way.",
  "verify/terms simplifies terms only to terms of the same meaning.",
  "verify/contracts and verify/spec say what is wanted; verify/proofs asks for all of it.",
  "The solver's unsat is right, and so is every answer that its cache has kept.",
  "The host gives the module zeroed memory, calls it from one thread, never while a call is under way, and writes only what it is told to: configuration, descriptors, packets.",
];
