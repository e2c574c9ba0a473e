/** The native part, loaded when the first group is opened: importing this package needs none. */
import { createRequire } from "node:module";
import { DeviceError } from "./errors.js";

const BUILD = "Install gcc and run `npm rebuild af-xdp`";
const REMEDIES = {
  ERR_DLOPEN_DISABLED: "Run Node.js with --allow-addons, or without its permission model",
};

let loaded;

/** Throws a DeviceError about `device` when the addon cannot be loaded. */
export function addonFor(device) {
  return (loaded ??= load(device));
}

function load(device) {
  try {
    return createRequire(import.meta.url)("./build/af_xdp.node");
  } catch (error) {
    const absent = error.code === "MODULE_NOT_FOUND";
    const problem = absent ? "it was not built" : error.message;
    const remedy = REMEDIES[error.code] ?? BUILD;
    throw new DeviceError("loading the native part", device, error.code, problem, remedy);
  }
}
