/** The devices of a command line and of a configuration file: kind:name, as in "tun:natlan". */
import { ConfigError } from "./settings.ts";

/** A TUN carries packets, the others frames; "xdp" is a network interface by AF_XDP. */
export type DeviceKind = "tun" | "tap" | "xdp";

export interface DeviceName {
  kind: DeviceKind;
  name: string;
}

/** What Linux accepts as a name, less what it reads as a template ("%d"): 1 to 15 octets. */
const INTERFACE_NAME = /^(?!\.{1,2}$)[!-$&-.0-9;-~]{1,15}$/;

const KINDS: readonly string[] = ["tun", "tap", "xdp"] satisfies DeviceKind[];

/** Takes "kind:name" apart. Throws `ConfigError` under the name `path`. */
export function parseDeviceName(path: string, text: string): DeviceName {
  const [, kind, name] = /^([^:]*):(.*)$/s.exec(text) ?? [];
  if (kind === undefined || name === undefined) {
    throw new ConfigError(path, `"${text}" has no kind`, `Write it as in "tun:${text}"`);
  }
  if (!KINDS.includes(kind)) {
    const problem = `"${kind}" is not a kind of device`;
    throw new ConfigError(path, problem, `Use tun, tap or xdp, as in "tun:${name}"`);
  }
  if (!INTERFACE_NAME.test(name)) {
    const remedy = "Use 1 to 15 characters, without spaces, slashes, colons and percent signs";
    throw new ConfigError(path, `"${name}" cannot be the name of a device`, remedy);
  }
  return { kind: kind as DeviceKind, name };
}
