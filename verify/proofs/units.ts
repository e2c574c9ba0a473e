/** All units of the proof. */
import { AHEAD_UNITS } from "./ahead.ts";
import { CONFIGURE_UNIT } from "./configure.ts";
import { CONTAINER_UNITS } from "./containers.ts";
import { DERIVED_UNITS } from "./derived/units.ts";
import { HASH_UNIT } from "./hash.ts";
import { LEAF_UNITS } from "./leaves.ts";
import { PACKET_UNITS } from "./packet.ts";
import { PROCESS_UNITS } from "./process.ts";
import { RECEIVER_UNITS } from "./receiver.ts";
import { RECLAIM_UNIT } from "./reclaim.ts";
import { SENDER_UNITS } from "./sender.ts";
import type { Unit } from "./unit.ts";

export const UNITS: Unit[] = [
  HASH_UNIT,
  ...LEAF_UNITS,
  ...CONTAINER_UNITS,
  RECLAIM_UNIT,
  ...SENDER_UNITS,
  ...RECEIVER_UNITS,
  ...PACKET_UNITS,
  ...AHEAD_UNITS,
  ...PROCESS_UNITS,
  CONFIGURE_UNIT,
  ...DERIVED_UNITS,
];
