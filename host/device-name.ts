/** The devices of a command line and of a configuration file: kind:name, as in "tun:natlan". */
import { ConfigError } from "./settings.ts";

export interface DeviceName {
  kind: "tun";
  name: string;
}

/** What Linux accepts as a name, less what it reads as a template ("%d"): 1 to 15 octets. */
const INTERFACE_NAME = /^(?!\.{1,2}$)[!-$&-.0-9;-~]{1,15}$/;

const NOT_YET = ["tap", "xdp"];

/** Takes "kind:name" apart. Throws `ConfigError` under the name `path`. */
export function parseDeviceName(path: string, text: string): DeviceName {
  const [, kind, name] = /^([^:]*):(.*)$/s.exec(text) ?? [];
  if (kind === undefined || name === undefined) {
    throw new ConfigError(path, `"${text}" has no kind`, `Write it as in "tun:${text}"`);
  }
  if (NOT_YET.includes(kind)) {
    const problem = `${kind} devices are not available yet`;
    throw new ConfigError(path, problem, `Use a TUN device, as in "tun:${name}"`);
  }
  if (kind !== "tun") {
    const problem = `"${kind}" is not a kind of device`;
    throw new ConfigError(path, problem, `Use a TUN device, as in "tun:${name}"`);
  }
  if (!INTERFACE_NAME.test(name)) {
    const remedy = "Use 1 to 15 characters, without spaces, slashes, colons and percent signs";
    throw new ConfigError(path, `"${name}" cannot be the name of a device`, remedy);
  }
  return { kind, name };
}
