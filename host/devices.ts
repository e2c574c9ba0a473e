/** The two devices of an instance, opened. */
import type { Configuration } from "./config.ts";
import { openFiles } from "./file-devices.ts";
import type { Devices } from "./packet-device.ts";
import { openInterfaces } from "./xdp-devices.ts";

/**
 * `warn` takes sentences for the user, also later on. Throws `DeviceError` or `ConfigError`; then
 * neither is left open.
 */
export function openDevices(
  configuration: Configuration,
  warn: (sentence: string) => void,
): Devices {
  if (configuration.internal.kind === "xdp") return openInterfaces(configuration, warn);
  return openFiles(configuration);
}
