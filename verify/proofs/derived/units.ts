/** What follows from the specification alone, without a look at the code. */
import type { Unit } from "../unit.ts";
import { ADDRESSES_UNIT } from "./addresses.ts";
import { CHECKSUMS_UNIT } from "./checksums.ts";
import { DROPS_UNIT } from "./drops.ts";
import { FILTER_UNIT } from "./filter.ts";
import { STAYS_UNIT, UNIQUE_UNIT } from "./mappings.ts";
import { PAYLOAD_UNIT } from "./payload.ts";

export const DERIVED_UNITS: Unit[] = [
  STAYS_UNIT,
  UNIQUE_UNIT,
  FILTER_UNIT,
  ADDRESSES_UNIT,
  PAYLOAD_UNIT,
  CHECKSUMS_UNIT,
  DROPS_UNIT,
];
