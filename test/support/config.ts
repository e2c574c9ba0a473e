/** The words that a core is configured with: sound ones, but for what a test says. */
import { ConfigFault, ConfigWord } from "../../assembly/abi.ts";
import { addressToWord } from "../../host/address.ts";
import { type Core, E } from "./core.ts";

export type Words = Partial<Record<keyof typeof ConfigWord, number>>;

const VALID: Words = {
  ExternalAddress: addressToWord(E),
  InternalNetwork: addressToWord("10.0.0.0"),
  InternalMask: addressToWord("255.255.255.0"),
  FirstPort: 40000,
  LastPort: 40003,
  UdpLifetime: 5000,
  IcmpLifetime: 3000,
  TcpTransitoryLifetime: 4000,
  TcpEstablishedLifetime: 20_000,
  HoldDown: 6000,
  Seed0: 1,
};

/** Writes words where `configure` looks for them. */
export function put(core: Core, words: Words): void {
  for (const [name, word] of Object.entries({ ...VALID, ...words })) {
    const at = core.start("CONFIG") + 4 * ConfigWord[name as keyof Words];
    core.view.setUint32(at, word, true);
  }
}

/** Configures a core; returns the name of the fault. */
export function configure(core: Core, words: Words): string {
  put(core, words);
  return ConfigFault[core.configure()]!;
}
