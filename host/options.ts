/** Whether `createNat` was called with options that there are: not every caller has a compiler. */
import type { LinkOptions, RouterOptions } from "./router-settings.ts";
import { ConfigError, type Lifetimes, type NatOptions } from "./settings.ts";

const OPTIONS: Record<keyof NatOptions, true> = {
  externalAddress: true,
  internalNetwork: true,
  externalPorts: true,
  lifetimes: true,
  allowShortLifetimes: true,
  holdDown: true,
  inboundRefresh: true,
  virtioHeader: true,
  router: true,
  seed: true,
  core: true,
};

const LIFETIMES: Record<keyof Lifetimes, true> = {
  udp: true,
  icmp: true,
  tcpTransitory: true,
  tcpEstablished: true,
};

const ROUTER: Record<keyof RouterOptions, true> = {
  internalAddress: true,
  externalNetwork: true,
  gateway: true,
  internal: true,
  external: true,
};

const LINK: Record<keyof LinkOptions, true> = { station: true, mtu: true };

const EXAMPLE = 'as in createNat({ externalAddress: "203.0.113.1" })';

/** Throws `ConfigError` unless `options` is an object of known options. */
export function checkOptions(options: NatOptions): void {
  if (typeof options !== "object" || options === null) {
    throw new ConfigError("options", `${options} is no object`, `Give one, ${EXAMPLE}`);
  }
  checkKeys("", options, OPTIONS);
  if (options.externalAddress === undefined) {
    const remedy = `Give the address that the outside sees, ${EXAMPLE}`;
    throw new ConfigError("externalAddress", "missing", remedy);
  }
  checkKeys("lifetimes.", options.lifetimes ?? {}, LIFETIMES);
  if (options.router !== undefined) checkRouter(options.router);
}

function checkRouter(router: RouterOptions): void {
  checkKeys("router.", router, ROUTER);
  for (const key of Object.keys(ROUTER) as (keyof RouterOptions)[]) {
    requireOption(`router.${key}`, router[key]);
  }
  for (const side of ["internal", "external"] as const) {
    checkKeys(`router.${side}.`, router[side], LINK);
    requireOption(`router.${side}.station`, router[side].station);
  }
}

function requireOption(path: string, value: unknown): void {
  if (value === undefined) throw new ConfigError(path, "missing", "A router needs it: give it");
}

/** `prefix` is the name of what is given, and a dot; of the options themselves, nothing. */
function checkKeys(prefix: string, given: unknown, known: Record<string, true>): void {
  if (typeof given !== "object" || given === null) {
    const remedy = `Give one of ${Object.keys(known).join(", ")}`;
    throw new ConfigError(prefix.replace(/\.$/, ""), `${given} is no object`, remedy);
  }
  const stranger = Object.keys(given).find((key) => !Object.hasOwn(known, key));
  if (stranger === undefined) return;
  const remedy = `Use ${Object.keys(known).join(", ")}`;
  throw new ConfigError(`${prefix}${stranger}`, "there is no such option", remedy);
}
