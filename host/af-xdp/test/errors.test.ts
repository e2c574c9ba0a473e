import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { DeviceError, type GroupOptions, lookUp, openGroup } from "../index.js";
import { EVERYTHING, PAGE, Station } from "./station.ts";
import { ip, isolated, refuses } from "./support.ts";
import { Wire, withWire, withWires } from "./wire.ts";

const errors = isolated(import.meta.url, "errors");

const PACKAGE = JSON.stringify(new URL("../index.js", import.meta.url).href);

function messageOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    assert.instance(error, DeviceError);
    return (error as DeviceError).message;
  }
  return "";
}

/** The message of opening a group on `name`, in a process that `wrapper` runs. */
function messageOfProcess(name: string, ...wrapper: string[]): string {
  const options = { umem: { start: 0, frames: 256 }, interfaces: [{ name, take: EVERYTHING }] };
  const script = `
    import { openGroup } from ${PACKAGE};
    const memory = new Uint8Array(new WebAssembly.Memory({ initial: 8, maximum: 8 }).buffer);
    try {
      openGroup({ memory, ...${JSON.stringify(options)} });
    } catch (error) { console.log(error.message) }`;
  const run = [...wrapper, process.execPath, "--input-type=module", "--eval", script];
  return spawnSync(run[0]!, run.slice(1), { encoding: "utf8", timeout: 10_000 }).stdout.trimEnd();
}

errors("come of looking up what is no Ethernet interface, or not there", async () => {
  await withWire(({ near, mac }) => {
    const found = lookUp(near);
    assert.is(found.mtu, 1500);
    assert.is(Buffer.from(found.mac).toString("hex"), mac.replaceAll(":", ""));
  });
  refuses("ENODEV", () => lookUp("nowhere"));
  refuses("ENOTSUP", () => lookUp("lo"));
});

errors("do not come of looking up an interface without carrier", async () => {
  await withWire(({ near, far }) => {
    assert.equal(lookUp(near).channels, { receiving: 1, combined: 0 });
    ip(`address add 192.0.2.1/24 dev ${near}`);
    ip(`address add 192.0.2.9/24 dev ${near} label ${near}:1`);
    ip(`address add 198.51.100.1/24 dev ${far}`);
    for (const link of [`${far} up`, `${far} down`, `${near} down`]) {
      ip(`link set ${link}`);
      assert.equal(lookUp(near).addresses, ["192.0.2.1", "192.0.2.9"], link);
    }
  });
});

errors("tell that there is no such interface", () => {
  assert.is(
    messageOf(() => new Station([{ near: "nowhere" }])),
    "nowhere: finding it failed: no such device (ENODEV). " +
      "`ip link` shows the interfaces of this network namespace.",
  );
});

errors("tell that an interface is none of Ethernet", () => {
  assert.is(
    messageOf(() => new Station([{ near: "lo" }])),
    "lo: finding it failed: it is no Ethernet interface (ENOTSUP). Name one that is.",
  );
});

errors("tell which MTU to set", async () => {
  const wire = await Wire.make(3000);
  try {
    assert.is(
      messageOf(() => new Station([wire])),
      `${wire.near}: XDP_UMEM_REG failed: frames of an MTU of 3000 do not fit into 2048 octets ` +
        `(EMSGSIZE). Set it to at most 1778 with \`ip link set ${wire.near} mtu 1778\`, ` +
        "on a veth at its other end too.",
    );
    new Station([wire], { umem: { frameOctets: 4096 } }).close();

    ip(`link set ${wire.near} mtu 1500`);
    ip(`link set ${wire.far} mtu 9000`);
    assert.match(
      messageOf(() => new Station([wire])),
      /: attaching the XDP program failed: .*Peer MTU is too large to set XDP \(ERANGE\)\. Set it to at most 1500 with `ip link set near\d+ mtu 1500`, on a veth at its other end too\.$/,
    );
    new Station([wire], { mode: "generic" }).close();
  } finally {
    wire.close();
  }
});

errors("tell that a queue does not exist", async () => {
  await withWire((wire) => {
    const interfaces = [{ name: wire.near, queue: 7, take: EVERYTHING }];
    assert.match(
      messageOf(() => new Station([], { interfaces })),
      /bind failed: it has no queue 7 \(EINVAL\)\. Name one below \d+\.$/,
    );
    // A veth has room for as many queues as there are processors, and uses one.
    const unused = [{ name: wire.near, queue: 1, take: EVERYTHING }];
    assert.match(
      messageOf(() => new Station([], { interfaces: unused })),
      /bind failed: .*\(EINVAL\)/,
    );
  });
});

errors("tell that another socket has the queue", async () => {
  await withWire((wire) => {
    const station = new Station([wire]);
    assert.is(
      messageOf(() => new Station([wire])),
      `${wire.near}: bind failed: resource busy or locked (EBUSY). ` +
        "Another socket has this queue: end its process, or name another queue.",
    );
    station.close();
  });
});

errors("tell what privilege is lacking", async () => {
  await withWire((wire) => {
    for (const [capability, operation] of [
      ["net_raw", "socket AF_XDP"],
      ["net_admin", "attaching the XDP program"],
    ] as const) {
      assert.is(
        messageOfProcess(wire.near, "setpriv", `--bounding-set=-${capability}`),
        `${wire.near}: ${operation} failed: operation not permitted (EPERM). Run as root, or grant ` +
          "CAP_NET_ADMIN, CAP_NET_RAW and CAP_BPF outside of any user namespace.",
      );
    }
    assert.is(
      messageOfProcess(
        wire.near,
        "prlimit",
        "--memlock=4096",
        "setpriv",
        "--bounding-set=-ipc_lock",
      ),
      `${wire.near}: XDP_UMEM_REG failed: no buffer space available (ENOBUFS). ` +
        "Raise the limit of locked memory with `ulimit -l`, or grant CAP_IPC_LOCK.",
    );
    assert.not.match(ip(`link show ${wire.near}`), /prog\/xdp/);
  });
});

errors("tell that another program is attached, unless it may be replaced", async () => {
  const folder = mkdtempSync(join(tmpdir(), "af-xdp-"));
  try {
    const attach = compileForeign(folder);
    if (!attach) return void process.stderr.write("skipped: errors, in part: no C compiler.\n");
    await withWires((left, right) => {
      spawnSync(attach, [right.near]);
      assert.match(ip(`link show ${right.near}`), /foreign/);
      assert.match(
        messageOf(() => new Station([left, right])),
        /: attaching the XDP program failed: program \d+ of another owner is attached \(EEXIST\)\. See `ip link`; take it off with `ip link set … xdp off`, or if it is generic `xdpgeneric off`, or open with `replace: true`\.$/,
      );
      assert.not.match(ip(`link show ${left.near}`), /prog\/xdp/);
      assert.match(ip(`link show ${right.near}`), /foreign/);

      assert.match(
        messageOfProcess(right.near, "setpriv", "--bounding-set=-sys_admin"),
        /looking at its XDP program failed: .*\(EPERM\)\. Run as root, grant CAP_SYS_ADMIN,/,
      );

      const station = new Station([left, right], { replace: true });
      assert.match(ip(`link show ${right.near}`), /af_xdp_take/);
      spawnSync(attach, [right.near]);
      station.close();
      assert.match(ip(`link show ${right.near}`), /foreign/, "what is not ours stays");
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

errors("leave nothing behind when the second interface fails", async () => {
  await withWires((left, right) => {
    ip(`link set ${right.far} mtu 9000`);
    refuses("ERANGE", () => new Station([left, right]));
    assert.not.match(ip(`link show ${left.near}`), /prog\/xdp/);
    ip(`link set ${right.far} mtu 1500`);
    new Station([left, right]).close();
  });
});

errors("tell a wrong option", async () => {
  await withWire(({ near: name }) => {
    const memory = new Uint8Array(new WebAssembly.Memory({ initial: 9, maximum: 9 }).buffer);
    const good = {
      memory,
      umem: { start: PAGE, frames: 256 },
      interfaces: [{ name, take: EVERYTHING }],
    };
    const refusesOptions = (change: object, message: RegExp) =>
      assert.throws(() => openGroup({ ...good, ...change } as GroupOptions), message);
    const refusesUmem = (change: object, message: RegExp) =>
      refusesOptions({ umem: { ...good.umem, ...change } }, message);
    const refusesTake = (change: object, message: RegExp) =>
      refusesOptions({ interfaces: [{ name, take: { ...EVERYTHING, ...change } }] }, message);

    refusesOptions({ mode: "hardware" }, /mode must be/);
    refusesOptions({ memory: [] }, /memory must be a Uint8Array/);
    refusesOptions({ interfaces: [] }, /interfaces must be 1 to 16/);
    refusesOptions({ interfaces: [...good.interfaces, ...good.interfaces] }, /named only once/);
    refusesOptions({ interfaces: [{ name: "a/b", take: EVERYTHING }] }, /"a\/b" is no name/);
    refusesUmem({ frames: 255 }, /power of two/);
    refusesUmem({ frames: 16 }, /at least 32 for each/);
    refusesUmem({ frames: 512 }, /outside the memory/);
    refusesUmem({ start: 2 * PAGE }, /outside the memory/);
    refusesUmem({ start: 2048, frames: 128 }, /must lie on a page/);
    refusesUmem({ start: -4096 }, /umem.start must be a whole number/);
    refusesUmem({ frameOctets: 1024 }, /2048 or 4096/);
    refusesUmem({ headroom: 1800 }, /no room for a frame/);
    refusesTake({ destinations: "all" }, /take.destinations must be one of/);
    refusesTake({ destinations: "only-addresses" }, /take.except is only for/);
    refusesTake({ addresses: ["10.0.0"] }, /take.addresses must be an array of IPv4 addresses/);
    refusesTake({ addresses: Array(65).fill("10.0.0.1") }, /at most 64 addresses/);
    openGroup(good as GroupOptions).close();
  });
});

/** The path of the program that attaches another; "" if there is no compiler. */
function compileForeign(folder: string): string {
  const sources = ["foreign-program.c", "../src/netlink.c"].map((file) =>
    fileURLToPath(new URL(file, import.meta.url)),
  );
  const output = join(folder, "foreign-program");
  return spawnSync("cc", ["-Wall", ...sources, "-o", output]).status === 0 ? output : "";
}

errors.run();
