/** Errnos as sentences: operation, object, cause, remedy. */
import { getSystemErrorMap } from "node:util";

const PRIVILEGE =
  "Run as root, or grant CAP_NET_ADMIN, CAP_NET_RAW and CAP_BPF outside of any user namespace";
const UNNAMED = "See `dmesg` for the kernel's reason";

/** By errno, unless the operation has a better one. */
const REMEDIES = {
  EPERM: PRIVILEGE,
  EACCES: PRIVILEGE,
  EMFILE: "Raise the limit of open files with `ulimit -n`",
  ENFILE: "Raise the system's limit of open files with `sysctl fs.file-max`",
  ENOMEM: "Free memory, or ask for fewer frames",
  EBADF: "It is closed: open a group again",
  ENODEV:
    "It was deleted, or moved to another network namespace: close the group and open it again",
};

const REMEDIES_OF = {
  "finding it": { ENODEV: "`ip link` shows the interfaces of this network namespace" },
  "socket AF_XDP": { EAFNOSUPPORT: "Use a kernel with CONFIG_XDP_SOCKETS" },
  XDP_UMEM_REG: {
    ENOBUFS: "Raise the limit of locked memory with `ulimit -l`, or grant CAP_IPC_LOCK",
    EINVAL: "Ask for frames of 2048 or 4096 octets, and less headroom",
  },
  bind: {
    EBUSY: "Another socket has this queue: end its process, or name another queue",
    EINVAL: "It has no such queue: `ethtool -l` shows those in use",
    ENODEV: "It was deleted meanwhile: make it again",
  },
  "looking at its XDP program": {
    EPERM: "Run as root, grant CAP_SYS_ADMIN, or open with `replace: true`",
  },
  "attaching the XDP program": {
    EBUSY: "Another program is attached by a bpf_link: end the process that holds it",
    EEXIST:
      "See `ip link`; take it off with `ip link set … xdp off`, or if it is generic " +
      "`xdpgeneric off`, or open with `replace: true`",
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
  throw failure(operation, device, result);
}

/** The error of a negative errno, in the words and with the remedy of the caller if it has any. */
export function failure(operation, device, errno, words = "", advice = "") {
  const [code, problem] = getSystemErrorMap().get(errno) ?? [`errno ${-errno}`, "refused"];
  const remedy = advice || REMEDIES_OF[operation]?.[code] || REMEDIES[code] || UNNAMED;
  return new DeviceError(operation, device, code, words || problem, remedy);
}
