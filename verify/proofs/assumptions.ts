/** What is taken for granted: the end of every report. */

/** What the theorems leave out. */
export const ASSUMPTIONS: string[] = [
  "A ring is moved in fewer than 2^63 times in the life of a module (292 years at 10^9 a second).",
];

/** What a reader has to believe instead of a proof. */
export const TRUSTED_BASE: string[] = [
  "WebAssembly means what V8 does with it; verify/wasm and verify/symbolic read it the same way. V8, Node.js and the machine below do as they should.",
  "verify/terms simplifies terms only to terms of the same meaning.",
  "verify/contracts and verify/spec say what is wanted; verify/proofs asks for all of it. That a sum in memory order, its octets turned about, is the one in network order (RFC 1071 §2.B) is argued in verify/contracts/checksum.ts, in words.",
  "The solver's unsat is right, and so is every answer that its cache has kept.",
  "The host gives the module zeroed memory, calls it from one thread, never while a call is under way, and writes only what it is told to: configuration, descriptors, packets.",
];
