/** Opening the two TUN or TAP devices of an instance. */
import { type Device, open } from "tun-tap";
import { Side } from "../assembly/abi.ts";
import type { Configuration } from "./config.ts";
import type { DeviceName } from "./device-name.ts";
import { FileDevice } from "./file-device.ts";
import type { Devices } from "./packet-device.ts";
import { type LinkSettings, linkSettings } from "./router-settings.ts";
import type { NatSettings } from "./settings.ts";
import { stationBeside } from "./station.ts";

/** Throws `DeviceError`; then neither is left open. */
export function openFiles({ internal, external, settings, router }: Configuration): Devices {
  const first = openFile(internal, settings);
  try {
    const pair = [first, openFile(external, settings)] as const;
    return devicesOf(pair, router === null ? null : [linkOf(pair[0]), linkOf(pair[1])]);
  } catch (error) {
    first.close();
    throw error;
  }
}

function openFile({ kind, name }: DeviceName, { virtioHeader }: NatSettings): Device {
  const file = kind === "tun" ? "tun" : "tap";
  return open({ kind: file, name, vnetHeader: virtioHeader, offloads: virtioHeader });
}

function linkOf({ name, mac, mtu }: Device): LinkSettings {
  return linkSettings(name, { station: stationBeside(mac), mtu });
}

function devicesOf(pair: readonly [Device, Device], links: Devices["links"]): Devices {
  const [internal, external] = pair;
  return {
    links,
    attach: (nat) => [
      new FileDevice(internal, nat, Side.Internal),
      new FileDevice(external, nat, Side.External),
    ],
    titles: () => [internal.name, external.name],
    fds: () => Int32Array.of(internal.fd, external.fd),
    // What is written has left, and a device that is gone fails to be read.
    flush: () => 0,
    remainders: () => [],
    close: () => {
      for (const device of pair) device.close();
    },
  };
}
