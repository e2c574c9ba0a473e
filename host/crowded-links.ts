/**
 * A side keeps one neighbour for each value of the last bits of an address (docs/behaviour.md §10):
 * in a network that has more of them than that, two hosts may displace each other.
 */
import type { Configuration } from "./config.ts";
import { prefixLength, textOf } from "./networks.ts";

const LAST_BITS = 12;
const LEAST_PREFIX = 32 - LAST_BITS;

/** What to say of networks that are too large for that. */
export function crowdedLinkWarnings({
  settings,
  router,
}: Pick<Configuration, "settings" | "router">): string[] {
  if (router === null) return [];
  const networks = [settings.internalNetwork, router.externalNetwork];
  const large = networks.filter((network) => prefixLength(network) < LEAST_PREFIX);
  const problem =
    `hosts whose addresses are equal in the last ${LAST_BITS} bits displace each other, ` +
    "and packets to them may be lost";
  const remedy = `Use a network of /${LEAST_PREFIX} or smaller`;
  return large.map((network) => `${textOf(network)}: ${problem}. ${remedy}.`);
}
