import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DeviceError, open } from "../index.js";
import { whatIsLacking } from "./support.ts";

const errors = suite("errors");

function messageOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    assert.instance(error, DeviceError);
    return (error as DeviceError).message;
  }
  return "";
}

errors("tell what is wrong with a name, and what to do", () => {
  for (const [name, message] of [
    [
      "sixteen-octets-x",
      "sixteen-octets-x: open failed: a name has at most 15 octets (ENAMETOOLONG). Choose a shorter name.",
    ],
    ["ü234567890123456", /at most 15 octets/],
    ["a/b", "a/b: open failed: a name has no slash, colon or space (EINVAL). Leave these out."],
    ["a b", /no slash, colon or space/],
    ["a:b", /no slash, colon or space/],
    ["a\0b", /no slash, colon or space/],
    ["..", /stands for a directory/],
  ] as const) {
    assert.match(
      messageOf(() => open({ kind: "tun", name })),
      message,
    );
  }
});

errors("carry the operation, the device and the code", () => {
  const error = new DeviceError(
    "TUNSETIFF",
    "natlan",
    "EPERM",
    "operation not permitted",
    "Run as root or grant CAP_NET_ADMIN",
  );
  assert.is(
    error.message,
    "natlan: TUNSETIFF failed: operation not permitted (EPERM). Run as root or grant CAP_NET_ADMIN.",
  );
  assert.is(error.name, "DeviceError");
  assert.is(error.operation, "TUNSETIFF");
  assert.is(error.device, "natlan");
  assert.is(error.code, "EPERM");
});

errors("tell a kind that is none", () => {
  assert.throws(() => open({ kind: "tub" as "tun" }), /kind must be "tun" or "tap"/);
});

const lacking = whatIsLacking();
if (lacking) process.stderr.write(`skipped: errors, in part: ${lacking}.\n`);
const privileged = lacking ? errors.skip : errors;

const PACKAGE = JSON.stringify(new URL("../index.js", import.meta.url).href);

/** The message of opening a TUN in a process that \`before\` has prepared. */
function messageOfProcess(before: string, ...wrapper: string[]): string {
  const script = `
    const { open, wait } = await import(${PACKAGE});
    ${before}
    try { open({ kind: "tun", name: "natlan" }) } catch (error) { console.log(error.message) }`;
  const [command, ...rest] = [
    ...wrapper,
    process.execPath,
    "--input-type=module",
    "--eval",
    script,
  ];
  return spawnSync(command!, rest, { encoding: "utf8" }).stdout.trimEnd();
}

privileged("tell a process without CAP_NET_ADMIN so", () => {
  assert.is(
    messageOfProcess("", "setpriv", "--bounding-set=-net_admin"),
    "natlan: TUNSETIFF failed: operation not permitted (EPERM). Run as root or grant CAP_NET_ADMIN.",
  );
});

privileged("tell that another process has the device", () => {
  const hold = `globalThis.held = open({ kind: "tun", name: "natlan" });`;
  assert.is(
    messageOfProcess(hold, "unshare", "--net"),
    "natlan: TUNSETIFF failed: resource busy or locked (EBUSY). Another process has it: end that, or name another device.",
  );
});

privileged("tell an ordinary user who may not even open /dev/net/tun so", () => {
  if ((statSync("/dev/net/tun").mode & 0o006) === 0o006) return;
  // It only loads the addon, which nobody may not be allowed to read.
  const becomeNobody = `
    wait(new Int32Array(0), 0);
    process.setgroups([]); process.setgid(65534); process.setuid(65534);`;
  assert.is(
    messageOfProcess(becomeNobody),
    "natlan: open /dev/net/tun failed: permission denied (EACCES). " +
      "Run as root, or grant CAP_NET_ADMIN and let this user open it with `chmod 0666 /dev/net/tun`.",
  );
});

errors.run();
