import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as assert from "uvu/assert";
import { open } from "../index.js";
import { eventually, ip, isolated, refuses, uniqueName } from "./support.ts";

const device = isolated(import.meta.url, "device");

/** Whether the kernel has an interface of this name. */
function exists(name: string): boolean {
  return new RegExp(`^\\s*${name}:`, "m").test(readFileSync("/proc/net/dev", "utf8"));
}

/** What `ip` shows between angle brackets, as in "POINTOPOINT,NOARP,UP". */
function flagsOf(name: string): string {
  return /<(.*?)>/.exec(ip(`link show ${name}`))?.[1] ?? "";
}

const collectGarbage = garbageCollector();

function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}

device("has the name, kind and MTU asked for, and is up", () => {
  const name = uniqueName();
  const tun = open({ kind: "tun", name, mtu: 1400 });

  assert.is(tun.name, name);
  assert.is(tun.kind, "tun");
  assert.is(tun.mtu, 1400);
  assert.ok(tun.fd > 2);
  assert.match(flagsOf(name), /\bUP\b/);
  tun.close();
});

device("gets a name from the kernel if none is asked for", () => {
  const tap = open({ kind: "tap" });
  assert.match(tap.name, /^tap\d+$/);
  tap.close();
});

device("shows the MTU as it is now, not as it was", () => {
  const tun = open({ kind: "tun", name: uniqueName() });
  ip(`link set ${tun.name} mtu 1280`);
  assert.is(tun.mtu, 1280);
  tun.close();
});

device("shows the Ethernet address as it is now", () => {
  const tap = open({ kind: "tap", name: uniqueName() });
  ip(`link set ${tap.name} address 02:00:00:00:12:34`);
  assert.equal([...tap.mac], [2, 0, 0, 0, 0x12, 0x34]);
  tap.close();
  refuses("EBADF", () => tap.mac);
});

device("stays down if asked to", () => {
  const tun = open({ kind: "tun", name: uniqueName(), up: false });
  assert.not.match(flagsOf(tun.name), /\bUP\b/);
  tun.close();
});

device("vanishes when closed, and may be closed again", () => {
  const tun = open({ kind: "tun", name: uniqueName() });
  assert.ok(exists(tun.name));

  tun.close();
  tun.close();
  assert.not(exists(tun.name));
  assert.is(tun.fd, -1);
  refuses("EBADF", () => tun.mtu);
});

device("outlives its descriptor while it is persistent", () => {
  const name = uniqueName();
  open({ kind: "tun", name, persist: true }).close();
  assert.ok(exists(name));

  open({ kind: "tun", name }).close();
  assert.ok(exists(name), "persist left out leaves it as it is");

  open({ kind: "tun", name, persist: false }).close();
  assert.not(exists(name));
});

device("may have been made by `ip tuntap add`", () => {
  const name = uniqueName();
  ip(`tuntap add ${name} mode tap`);
  open({ kind: "tap", name }).close();
  assert.ok(exists(name));
  ip(`tuntap del ${name} mode tap`);
});

device("made for this user needs no privilege, if it is up and has its MTU", () => {
  const name = uniqueName();
  ip(`tuntap add ${name} mode tun user 0`);
  ip(`link set ${name} up mtu 1400`);
  const script = `
    import { open } from ${JSON.stringify(new URL("../index.js", import.meta.url).href)};
    console.log(open({ kind: "tun", name: "${name}", mtu: 1400 }).name);`;
  const node = [process.execPath, "--input-type=module", "--eval", script];
  const { stdout } = spawnSync("setpriv", ["--bounding-set=-net_admin", ...node]);
  assert.is(String(stdout).trim(), name);
  ip(`tuntap del ${name} mode tun`);
});

device("has one owner, unless it is multi-queue", () => {
  const name = uniqueName();
  const only = open({ kind: "tun", name });
  refuses("EBUSY", () => open({ kind: "tun", name }));
  only.close();

  const first = open({ kind: "tun", name, multiQueue: true });
  const second = open({ kind: "tun", name, multiQueue: true });
  assert.is.not(first.fd, second.fd);
  first.close();
  assert.ok(exists(name), "the second queue still holds it");
  second.close();
  assert.not(exists(name));
});

device("of another kind is refused", () => {
  const tun = open({ kind: "tun", name: uniqueName() });
  refuses("EINVAL", () => open({ kind: "tap", name: tun.name }));
  refuses("EINVAL", () => open({ kind: "tun", name: "lo" }));
  tun.close();
});

device("that cannot be set up as asked is not left behind", () => {
  const name = uniqueName();
  refuses("EINVAL", () => open({ kind: "tun", name, mtu: 67, persist: true }));
  assert.not(exists(name));
});

device("takes any MTU from 68 to 65535, or 65521 on a TAP", () => {
  for (const mtu of [68, 65535]) open({ kind: "tun", mtu }).close();
  for (const mtu of [68, 65521]) open({ kind: "tap", mtu }).close();
  refuses("EINVAL", () => open({ kind: "tap", mtu: 65522 }));
});

device("closes when nobody refers to it any more", async () => {
  const name = uniqueName();
  (() => void open({ kind: "tun", name }))();
  await eventually(() => {
    collectGarbage();
    return !exists(name);
  }, "the interface is gone");
});

device.run();
