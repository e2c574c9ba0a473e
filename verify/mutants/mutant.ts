/** What a mutant is: a small wrong change of the core, which some proof has to refute. */

/** The functions with proofs of their own in which changes are made; see `unitOf`. */
export const UNITS = [
  "process",
  "configure",
  "packet/translate",
  "checksum/headerIsValid",
  "checksum/messageIsValid",
  "checksum/sumOf",
  "sender/senderMapping",
  "allocation/reclaim",
  "receiver/receive",
  "endpoint-table/find",
  "endpoint-table/recall",
  "ahead/guess",
  "ahead/touch",
  "endpoint-table/place",
  "endpoint-table/put",
  "endpoint-table/clear",
  "session-table/find",
  "session-table/put",
  "index-pool/fill",
  "index-pool/take",
  "index-pool/give",
  "recency/clear",
  "recency/append",
  "recency/remove",
] as const;

export type Unit = (typeof UNITS)[number];

/** A mutant of the core's source. */
export interface SourceMutant {
  name: string;
  /** The source file, from the root of the repository. */
  file: string;
  /** Text that occurs once in the file, and the text that takes its place. */
  from: string;
  to: string;
  /** What a user would see. */
  says: string;
  /** The known defect that this stands for: the NATs that had it, and its number in our list. */
  defect?: string;
  /**
   * The function in which the change lands, the first one of them if it is inlined into several; or
   * the nearest caller that has a proof, if it has none (judges.ts).
   */
  unit: Unit;
  /** Why no one can tell it from the core, if that is so: then nothing refutes it. */
  equivalent?: string;
}

/** Of a function, by its name in the manifest; undefined without a proof, and for the hash. */
export function unitOf(name: string): Unit | undefined {
  const short = name.split("/").slice(-2).join("/");
  const exported = { "index/process": "process", "settings/configure": "configure" }[short];
  return UNITS.find((unit) => unit === (exported ?? short));
}
