/**
 * The mutants of the core's source: small wrong changes, from which some user would suffer and which
 * the proofs have to refute. Most are slips that are easily made; some are defects that other
 * verified NATs have or had, which their proofs could not see.
 */
import { ALLOCATION_MUTANTS } from "./allocation.ts";
import { CHECKSUM_MUTANTS } from "./checksums.ts";
import { CONTAINER_MUTANTS } from "./containers.ts";
import { ERROR_MUTANTS } from "./errors.ts";
import { MAPPING_MUTANTS } from "./mappings.ts";
import type { SourceMutant } from "./mutant.ts";
import { PACKET_MUTANTS } from "./packet.ts";
import { STATE_MUTANTS } from "./state.ts";
import { TABLE_MUTANTS } from "./tables.ts";
import { TRANSLATION_MUTANTS } from "./translation.ts";
import { FRAME_MUTANTS } from "./frames.ts";
import { OFFLOAD_MUTANTS } from "./offloads.ts";
import { WRITE_MUTANTS } from "./writes.ts";

export const SOURCE_MUTANTS: SourceMutant[] = [
  ...PACKET_MUTANTS,
  ...TRANSLATION_MUTANTS,
  ...CHECKSUM_MUTANTS,
  ...ERROR_MUTANTS,
  ...MAPPING_MUTANTS,
  ...ALLOCATION_MUTANTS,
  ...STATE_MUTANTS,
  ...TABLE_MUTANTS,
  ...CONTAINER_MUTANTS,
  ...WRITE_MUTANTS,
  ...OFFLOAD_MUTANTS,
  ...FRAME_MUTANTS,
];

/** The text of the file after the change. Throws if there is not one place for it. */
export function changed({ name, file, from, to }: SourceMutant, text: string): string {
  const places = text.split(from).length - 1;
  if (places !== 1) throw new Error(`${name}: ${file} has ${places} places to change.`);
  return text.replace(from, () => to);
}
