/** Errnos as sentences: operation, object, cause, remedy. */
import { getSystemErrorMap } from "node:util";

const PRIVILEGE = "Run as root or grant CAP_NET_ADMIN";
const ACCESS =
  "Run as root, or grant CAP_NET_ADMIN and let this user open it with `chmod 0666 /dev/net/tun`";
const DRIVER = "Load the driver with `modprobe tun`; a container needs `--device /dev/net/tun`";
const UNNAMED = "See netdevice(7) for this operation, and `dmesg` for the kernel's reason";

/** By errno, unless the operation has a better one. */
const REMEDIES = {
  EPERM: PRIVILEGE,
  EMFILE: "Raise the limit of open files with `ulimit -n`",
  ENFILE: "Raise the system's limit of open files with `sysctl fs.file-max`",
  EBADF: "It is closed: open it again",
  ENODEV: "It was deleted, or moved to another network namespace: close it and open it again",
};

const REMEDIES_OF = {
  "open /dev/net/tun": {
    EPERM: ACCESS,
    EACCES: ACCESS,
    ENOENT: DRIVER,
    ENODEV: DRIVER,
    ENXIO: DRIVER,
  },
  TUNSETIFF: {
    EBUSY: "Another process has it: end that, or name another device",
    EINVAL:
      "A device of this name differs in kind or in multiQueue: ask for what it is, or choose another name",
    E2BIG: "The device has all the queues it can have: close one",
  },
  SIOCSIFMTU: { EINVAL: "Ask for 68 to 65535 octets, or at most 65521 on a TAP" },
  SIOCSIFFLAGS: {
    EPERM: `${PRIVILEGE}, or bring the device up beforehand with \`ip link set up\``,
  },
};

export class DeviceError extends Error {
  constructor(operation, device, code, problem, remedy) {
    super(`${device}: ${operation} failed: ${problem} (${code}). ${remedy}.`);
    this.name = "DeviceError";
    this.operation = operation;
    this.device = device;
    this.code = code;
  }
}

/** Passes a result on, unless it is a negative errno: that becomes a DeviceError. */
export function succeed(operation, device, result) {
  if (typeof result !== "number" || result >= 0) return result;
  const [code, problem] = getSystemErrorMap().get(result) ?? [`errno ${-result}`, "refused"];
  const remedy = REMEDIES_OF[operation]?.[code] ?? REMEDIES[code] ?? UNNAMED;
  throw new DeviceError(operation, device, code, problem, remedy);
}

/** The kernel calls all of these EINVAL, which does not tell the reader what to change. */
export function checkName(name) {
  const refuse = (code, problem, remedy) => {
    throw new DeviceError("open", name, code, problem, remedy);
  };
  if (Buffer.byteLength(name) > 15) {
    refuse("ENAMETOOLONG", "a name has at most 15 octets", "Choose a shorter name");
  }
  if (/[/:\s\0]/.test(name)) {
    refuse("EINVAL", "a name has no slash, colon or space", "Leave these out");
  }
  if (name === "." || name === "..") {
    refuse("EINVAL", "this name stands for a directory", "Choose another name");
  }
}
