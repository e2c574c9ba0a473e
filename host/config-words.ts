/** Settings as the words of CONFIG (assembly/abi.ts). */
import { ConfigWord } from "../assembly/abi.ts";
import { addressToWord } from "./address.ts";
import type { RouterSettings } from "./router-settings.ts";
import type { NatSettings } from "./settings.ts";
import { stationOctets } from "./station.ts";

/** Fills in `config`, which is of zeros: CONFIG_WORDS words. */
export function writeConfig(config: Uint32Array, settings: NatSettings): void {
  config[ConfigWord.ExternalAddress] = addressToWord(settings.externalAddress);
  config[ConfigWord.InternalNetwork] = addressToWord(settings.internalNetwork.address);
  config[ConfigWord.InternalMask] = addressToWord(settings.internalNetwork.mask);
  config[ConfigWord.FirstPort] = settings.ports.first;
  config[ConfigWord.LastPort] = settings.ports.last;
  config[ConfigWord.UdpLifetime] = settings.lifetimes.udp;
  config[ConfigWord.IcmpLifetime] = settings.lifetimes.icmp;
  config[ConfigWord.TcpTransitoryLifetime] = settings.lifetimes.tcpTransitory;
  config[ConfigWord.TcpEstablishedLifetime] = settings.lifetimes.tcpEstablished;
  config[ConfigWord.HoldDown] = settings.holdDown;
  config[ConfigWord.InboundRefresh] = settings.inboundRefresh ? 1 : 0;
  config[ConfigWord.VirtioHeader] = settings.virtioHeader ? 1 : 0;
  config.set(settings.seed, ConfigWord.Seed0);
  if (settings.router !== null) writeRouter(config, settings.router);
}

function writeRouter(config: Uint32Array, router: RouterSettings): void {
  config[ConfigWord.Frames] = 1;
  config[ConfigWord.InternalAddress] = addressToWord(router.internalAddress);
  config[ConfigWord.ExternalMask] = addressToWord(router.externalNetwork.mask);
  config[ConfigWord.Gateway] = addressToWord(router.gateway);
  config.set(stationWords(router.internal.station), ConfigWord.InternalStation);
  config.set(stationWords(router.external.station), ConfigWord.ExternalStation);
  config[ConfigWord.InternalMtu] = router.internal.mtu;
  config[ConfigWord.ExternalMtu] = router.external.mtu;
}

/** The first four octets and the last two as they lie in memory. */
function stationWords(station: string): [number, number] {
  const octets = new Uint8Array(8);
  octets.set(stationOctets(station));
  const view = new DataView(octets.buffer);
  return [view.getUint32(0, true), view.getUint32(4, true)];
}
