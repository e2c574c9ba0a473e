/**
 * The configuration: checked once, then copied out of the host's reach and never changed.
 * What it means is in docs/behaviour.md §1.
 */
import {
  CONFIG_WORDS,
  ConfigFault,
  ConfigWord,
  ETHERNET_HEADER,
  MAX_LIFETIME,
  MIN_LIFETIME,
  ROOM,
  Side,
  VIRTIO_HEADER,
} from "../abi";
import { AGES, CONFIG, READY, SETTINGS } from "../layout";
import { RINGS } from "../limits";
import * as recency from "../structs/recency";
import { isOfOne } from "../wire/ethernet";
import { isUnicast } from "../wire/ipv4";
import { be32 } from "../wire/order";
import * as ports from "./ports";

/** Takes over what the host wrote into CONFIG, or says what is wrong with it and changes nothing. */
export function configure(): ConfigFault {
  const fault = faultIn();
  if (fault != ConfigFault.None) return fault;
  for (let word: u32 = 0; word < CONFIG_WORDS; word++) {
    store<u32>(SETTINGS + (word << 2), asked(word));
  }
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

/** Whether packets are frames, and the NAT the router of both links. */
export function isRouter(): bool {
  return setting(ConfigWord.Frames) != 0;
}

/** Octets of an arriving packet before its datagram. */
export function before(): u32 {
  const virtio: u32 = hasVirtioHeader() ? VIRTIO_HEADER : 0;
  return isRouter() ? ROOM + virtio + ETHERNET_HEADER : virtio;
}

/** The NAT's own address on the internal side; 0, which no packet has, where it is no router. */
export function internalAddress(): be32 {
  return setting(ConfigWord.InternalAddress);
}

// The following are for routers only.

export function ownAddress(side: u32): be32 {
  return side == Side.Internal ? internalAddress() : externalAddress();
}

export function ownStation(side: u32): u64 {
  return side == Side.Internal
    ? station(setting(ConfigWord.InternalStation), setting(ConfigWord.InternalStationEnd))
    : station(setting(ConfigWord.ExternalStation), setting(ConfigWord.ExternalStationEnd));
}

export function mtu(side: u32): u32 {
  return setting(side == Side.Internal ? ConfigWord.InternalMtu : ConfigWord.ExternalMtu);
}

/** The side by which a packet is to leave that has come from `side`, a hairpin by the same. */
export function sideTowards(destination: be32, side: u32): u32 {
  const isOutbound = side == Side.Internal && destination != externalAddress();
  return isOutbound ? Side.External : Side.Internal;
}

export function gateway(): be32 {
  return setting(ConfigWord.Gateway);
}

export function isInExternalNetwork(address: be32): bool {
  return ((address ^ externalAddress()) & setting(ConfigWord.ExternalMask)) == 0;
}

/** Whether a neighbour may have this address. */
export function isStation(side: u32, address: be32): bool {
  if (side == Side.Internal) return isInternalHost(address) && address != internalAddress();
  return isUnicast(address) && isInExternalNetwork(address) && address != externalAddress();
}

function station(first: u32, last: u32): u64 {
  return (<u64>first) | ((<u64>(last & 0xffff)) << 32);
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
  if (asked(ConfigWord.Frames) > 1) return ConfigFault.Frames;
  if (asked(ConfigWord.Frames) == 1) return faultInRouter();
  return asked(ConfigWord.InternalAddress) == 0 ? ConfigFault.None : ConfigFault.InternalAddress;
}

/** As docs/behaviour.md §8 says. */
function faultInRouter(): ConfigFault {
  const network = asked(ConfigWord.InternalNetwork);
  const internalMask = asked(ConfigWord.InternalMask);
  const internal = asked(ConfigWord.InternalAddress);
  const host = internal & ~internalMask;
  const isInside = internalMask != 0 && (internal & internalMask) == network;
  if (!isInside || host == 0 || host == ~internalMask) return ConfigFault.InternalAddress;
  const mask = asked(ConfigWord.ExternalMask);
  if (mask == 0) return ConfigFault.ExternalMask;
  const gateway = asked(ConfigWord.Gateway);
  const difference = gateway ^ asked(ConfigWord.ExternalAddress);
  if (!isUnicast(gateway) || difference == 0 || (difference & mask) != 0)
    return ConfigFault.Gateway;
  if (!isStationAsked(ConfigWord.InternalStation) || !isStationAsked(ConfigWord.ExternalStation)) {
    return ConfigFault.Station;
  }
  const isSound = isMtu(asked(ConfigWord.InternalMtu)) && isMtu(asked(ConfigWord.ExternalMtu));
  return isSound ? ConfigFault.None : ConfigFault.Mtu;
}

function isStationAsked(word: u32): bool {
  return isOfOne(station(asked(word), asked(word + 1)));
}

/** RFC 791 §3.2: whatever carries IPv4 carries 68 octets. */
function isMtu(octets: u32): bool {
  return octets >= 68 && octets <= 65535;
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
