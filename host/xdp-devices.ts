/** Opening the two interfaces of an instance by AF_XDP. */
import { type Facts, type Group, type Interface, type Socket, lookUp, openGroup } from "af-xdp";
import { PACKET_AREA } from "../assembly/abi.ts";
import type { Configuration } from "./config.ts";
import type { DeviceName } from "./device-name.ts";
import type { Nat } from "./nat.ts";
import type { Devices } from "./packet-device.ts";
import { type LinkSettings, linkSettings } from "./router-settings.ts";
import { stationText } from "./station.ts";
import { XdpDevice } from "./xdp-device.ts";
import { queueWarnings, remainderOf } from "./xdp-sentences.ts";

/** Octets of a chunk, and of the longest datagram in one of the smaller ones. */
const SMALL_CHUNK = 2048;
const LARGE_CHUNK = 4096;
const MOST_IN_SMALL = 1778;

/** Milliseconds between two looks at what the kernel has counted. */
const ATTENDING = 1000;

/** Throws `DeviceError`; then neither is left open. */
export function openInterfaces(
  { internal, external, settings, router }: Configuration,
  warn: (sentence: string) => void,
): Devices {
  const found = [lookUp(internal.name), lookUp(external.name)] as const;
  const links = [linkOf(internal, found[0]), linkOf(external, found[1])] as const;
  const interfaces = [
    interfaceOf(internal, found[0], router!.internalAddress),
    interfaceOf(external, found[1], settings.externalAddress),
  ];
  for (const [side, { name }] of [internal, external].entries()) {
    queueWarnings(name, found[side]!.channels).forEach(warn);
  }
  return new Interfaces(links, interfaces, warn);
}

/** The kernel and the NAT share the address, and part by the frames' IP addresses. */
function linkOf({ name }: DeviceName, { mac, mtu }: Facts): LinkSettings {
  return linkSettings(name, { station: stationText(mac), mtu });
}

/** The NAT takes what the kernel is not meant by. */
function interfaceOf({ name }: DeviceName, { addresses }: Facts, address: string): Interface {
  const except = addresses.filter((own) => own !== address);
  return { name, take: { addresses: [address], destinations: "all-but", except } };
}

/** Whether the interface of a socket has not been deleted, which takes the program with it. */
function isThere({ name, index }: Socket): boolean {
  try {
    return lookUp(name).index === index;
  } catch {
    return false;
  }
}

class Interfaces implements Devices {
  readonly links: readonly [LinkSettings, LinkSettings];
  readonly #interfaces: Interface[];
  readonly #warn: (sentence: string) => void;
  #group: Group | undefined;
  #devices: XdpDevice[] = [];
  /** When to attend to the devices next, in milliseconds. */
  #due = 0;

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

  flush(now: number): number {
    if (now >= this.#due) {
      this.#due = now + ATTENDING;
      for (const device of this.#devices) device.attend();
    }
    return this.#group!.flush();
  }

  remainders(): string[] {
    const sockets = this.#group!.sockets.filter(isThere);
    return sockets.map(({ name, mode }) => remainderOf(name, mode));
  }

  /** The programs stay, and drop what the NAT would have got: nothing is to get around it. */
  close(): void {
    this.#group?.close({ detach: false });
  }
}
