/** Opening the two interfaces of an instance by AF_XDP. */
import { networkInterfaces } from "node:os";
import { type Group, type Interface, lookUp, openGroup } from "af-xdp";
import { PACKET_AREA } from "../assembly/abi.ts";
import type { Configuration } from "./config.ts";
import type { DeviceName } from "./device-name.ts";
import type { Nat } from "./nat.ts";
import type { Devices } from "./packet-device.ts";
import { type LinkSettings, linkSettings } from "./router-settings.ts";
import { stationText } from "./station.ts";
import { XdpDevice } from "./xdp-device.ts";

/** Octets of a chunk, and of the longest datagram in one of the smaller ones. */
const SMALL_CHUNK = 2048;
const LARGE_CHUNK = 4096;
const MOST_IN_SMALL = 1778;

/** Throws `DeviceError`; then neither is left open. */
export function openInterfaces(
  { internal, external, settings, router }: Configuration,
  warn: (sentence: string) => void,
): Devices {
  const links = [linkOf(internal), linkOf(external)] as const;
  const interfaces = [
    interfaceOf(internal, router!.internalAddress),
    interfaceOf(external, settings.externalAddress),
  ];
  return new Interfaces(links, interfaces, warn);
}

/** The kernel and the NAT share the address, and part by the frames' IP addresses. */
function linkOf({ name }: DeviceName): LinkSettings {
  const { mac, mtu } = lookUp(name);
  return linkSettings(name, { station: stationText(mac), mtu });
}

/** The NAT takes what the kernel is not meant by. */
function interfaceOf({ name }: DeviceName, address: string): Interface {
  const except = addressesOf(name).filter((own) => own !== address);
  return { name, take: { addresses: [address], destinations: "all-but", except } };
}

/** The kernel's own there; labels such as "eth0:1" are of the interface before the colon. */
function addressesOf(name: string): string[] {
  const found = Object.entries(networkInterfaces()).filter(
    ([label]) => label.split(":")[0] === name,
  );
  const addresses = found.flatMap(([, own]) => own ?? []);
  return addresses.filter(({ family }) => family === "IPv4").map(({ address }) => address);
}

class Interfaces implements Devices {
  readonly links: readonly [LinkSettings, LinkSettings];
  readonly #interfaces: Interface[];
  readonly #warn: (sentence: string) => void;
  #group: Group | undefined;
  #devices: XdpDevice[] = [];

  constructor(
    links: readonly [LinkSettings, LinkSettings],
    interfaces: Interface[],
    warn: (sentence: string) => void,
  ) {
    this.links = links;
    this.#interfaces = interfaces;
    this.#warn = warn;
  }

  attach(nat: Nat): readonly [XdpDevice, XdpDevice] {
    const isSmall = this.links.every(({ mtu }) => mtu <= MOST_IN_SMALL);
    const frameOctets = isSmall ? SMALL_CHUNK : LARGE_CHUNK;
    const group = openGroup({
      memory: nat.packets,
      umem: { start: 0, frames: PACKET_AREA / frameOctets, frameOctets },
      interfaces: this.#interfaces,
    });
    this.#group = group;
    this.#devices = group.sockets.map((socket) => new XdpDevice(socket, group, nat, this.#warn));
    return this.#devices as unknown as readonly [XdpDevice, XdpDevice];
  }

  titles(): readonly [string, string] {
    const [internal, external] = this.#group!.sockets.map(({ name, mode }) => `${name} (${mode})`);
    return [internal!, external!];
  }

  fds(): Int32Array {
    return Int32Array.from(this.#group!.sockets, ({ fd }) => fd);
  }

  flush(): number {
    for (const device of this.#devices) device.attend();
    return this.#group!.flush();
  }

  /** The programs stay, and drop what the NAT would have got: nothing is to get around it. */
  close(): void {
    this.#group?.close({ detach: false });
  }
}
