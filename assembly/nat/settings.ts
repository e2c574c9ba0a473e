/**
 * The configuration: checked once, then copied out of the host's reach and never changed.
 * What it means is in docs/behaviour.md §1.
 */
import { ConfigFault, ConfigWord, MAX_LIFETIME, MIN_LIFETIME } from "../abi";
import { AGES, CONFIG, READY, SETTINGS } from "../layout";
import { RINGS } from "../limits";
import * as recency from "../structs/recency";
import { isUnicast } from "../wire/ipv4";
import { be32 } from "../wire/order";
import * as ports from "./ports";

/** Words of CONFIG. */
const WORDS: u32 = 16;

/** Takes over what the host wrote into CONFIG, or says what is wrong with it and changes nothing. */
export function configure(): ConfigFault {
  const fault = faultIn();
  if (fault != ConfigFault.None) return fault;
  for (let word: u32 = 0; word < WORDS; word++) store<u32>(SETTINGS + (word << 2), asked(word));
  for (let ring: u32 = 0; ring < RINGS; ring++) store<u32>(AGES + (ring << 2), lifetimeAsked(ring));
  recency.clear();
  ports.fill(setting(ConfigWord.FirstPort), setting(ConfigWord.LastPort));
  store<u32>(READY, 1);
  return ConfigFault.None;
}

export function isReady(): bool {
  return load<u32>(READY) != 0;
}

export function externalAddress(): be32 {
  return setting(ConfigWord.ExternalAddress);
}

/** Whether an internal host may have this address: inside the network, and not its first or last. */
export function isInternalHost(address: be32): bool {
  const mask = setting(ConfigWord.InternalMask);
  const host = address & ~mask;
  const isInside = ((address ^ setting(ConfigWord.InternalNetwork)) & mask) == 0;
  return isInside && host != 0 && host != ~mask;
}

/** Whether the internal network is known and `address` lies in it. */
export function isInInternalNetwork(address: be32): bool {
  const mask = setting(ConfigWord.InternalMask);
  return mask != 0 && ((address ^ setting(ConfigWord.InternalNetwork)) & mask) == 0;
}

/** Milliseconds for which a port rests once its mapping has expired (RFC 6888 REQ-8). */
export function holdDown(): u64 {
  return setting(ConfigWord.HoldDown);
}

/** Whether inbound packets refresh a mapping (RFC 4787 REQ-6). */
export function inboundRefreshes(): bool {
  return setting(ConfigWord.InboundRefresh) != 0;
}

/** Whether each packet begins with a virtio header. */
export function hasVirtioHeader(): bool {
  return setting(ConfigWord.VirtioHeader) != 0;
}

function faultIn(): ConfigFault {
  if (isReady()) return ConfigFault.AlreadyConfigured;
  const address = asked(ConfigWord.ExternalAddress);
  if (!isUnicast(address)) return ConfigFault.ExternalAddress;
  const mask = asked(ConfigWord.InternalMask);
  const network = asked(ConfigWord.InternalNetwork);
  if ((network & ~mask) != 0) return ConfigFault.InternalNetwork;
  if (mask != 0 && ((address ^ network) & mask) == 0) return ConfigFault.InternalNetwork;
  const first = asked(ConfigWord.FirstPort);
  const last = asked(ConfigWord.LastPort);
  if (first == 0 || first > last || last > 65535) return ConfigFault.PortRange;
  for (let ring: u32 = 0; ring < RINGS; ring++) {
    const lifetime = lifetimeAsked(ring);
    if (lifetime < MIN_LIFETIME || lifetime > MAX_LIFETIME) return ConfigFault.Lifetime;
  }
  if (lifetimeAsked(3) < lifetimeAsked(2)) return ConfigFault.Lifetime;
  if (asked(ConfigWord.HoldDown) > MAX_LIFETIME) return ConfigFault.Lifetime;
  if (asked(ConfigWord.VirtioHeader) > 1) return ConfigFault.VirtioHeader;
  return ConfigFault.None;
}

/** The rings stand in the order of the lifetimes' words. */
function lifetimeAsked(ring: u32): u32 {
  return load<u32>(CONFIG + ((ConfigWord.UdpLifetime + ring) << 2));
}

function asked(word: u32): u32 {
  return load<u32>(CONFIG + (word << 2));
}

function setting(word: u32): u32 {
  return load<u32>(SETTINGS + (word << 2));
}
