/** The library: the core behind a typed face, without devices, native code or privilege. */
export { Nat, type Translation, createNat, isDrop } from "./nat.ts";
export {
  ConfigError,
  type Lifetimes,
  type NatOptions,
  type NatSettings,
  settingsFrom,
} from "./settings.ts";
export type { LinkOptions, RouterOptions, RouterSettings } from "./router-settings.ts";
export type { Mapping, Neighbour, Session, Tables } from "./tables.ts";
export { Outcome, Phase, Protocol, Side, Verdict } from "../assembly/abi.ts";
