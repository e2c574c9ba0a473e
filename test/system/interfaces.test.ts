/** The NAT on network interfaces that it shares with the kernel (AF_XDP). */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ask } from "../../host/control-client.ts";
import { EXTERNAL_ADDRESS, HOSTS, SERVERS } from "../../host/demo/topology.ts";
import { Router, interfaceObstacle } from "./router.ts";
import { finishChecksums } from "./wirings.ts";

/** The kernel's own address on the external interface. */
const KERNEL = "203.0.113.2";

const reason = interfaceObstacle("the NAT on network interfaces", "ping", "curl");
const interfaces = suite<{ router: Router }>("the NAT on network interfaces");
const test = reason === undefined ? interfaces : interfaces.skip;

if (reason === undefined) {
  interfaces.before.each(async (context) => {
    context.router = new Router("xdp");
    // All that the kernel needs to get around the NAT.
    context.router.lab.ip("rt", [
      `addr add ${KERNEL}/24 dev wan`,
      "addr add 10.0.0.9/24 dev natlan",
      "route add default via 203.0.113.254",
    ]);
    context.router.lab.ip("net", [`route add 10.0.0.0/24 via ${KERNEL}`]);
    context.router.lab.tune("rt", { "ipv4/ip_forward": 1 });
  });
  interfaces.after.each(({ router }) => router.close());
}

test("takes them over in native mode", async ({ router }) => {
  await router.start();

  assert.match(router.title, /^provenat: natlan \(native\) <-> wan \(native\) as 203\.0\.113\.1, /);
  assert.is(ping(router, "h1", SERVERS.s1), 3);
});

test("falls back to generic mode where a driver has no other", async ({ router }) => {
  // A bridge is such a driver; what its ports have joined has to be cut again.
  for (const port of ["p1", "p2", "lan"]) {
    router.run("rt", "ethtool", "-K", port, "gro", "off");
  }
  for (const host of ["h1", "h2"]) finishChecksums(router.lab, host, "e0");
  await router.start("--internal", "xdp:lan");

  assert.match(router.title, /^provenat: lan \(generic\) <-> wan \(native\)/);
  assert.is(ping(router, "h1", SERVERS.s1), 3);
});

test("says at its end how to have the interfaces back, by their modes", async ({ router }) => {
  await router.start("--internal", "xdp:lan");
  await stop(router, "SIGTERM");

  for (const name of ["lan", "wan"]) {
    const sentence = await router.nat.line(new RegExp(`^provenat: ${name}: it stays closed`));
    const [, command] = /`(ip link set \w+ xdp(?:generic)? off)`/.exec(sentence)!;
    assert.match(router.run("rt", "ip", "link", "show", name).output, /prog\/xdp/);
    router.run("rt", ...command!.split(" "));
    assert.not.match(router.run("rt", "ip", "link", "show", name).output, /prog\/xdp/);
  }
  assert.match(router.nat.complaint(), /stopped after/);
});

test("leaves the kernel what is for its own addresses", async ({ router }) => {
  await router.start();

  assert.is(ping(router, "net", KERNEL), 3);
  assert.is(ping(router, "rt", "203.0.113.254"), 3);
  assert.is(ping(router, "net", EXTERNAL_ADDRESS), 3);
});

test("leaves the kernel its own addresses also if it starts without a carrier", async (context) => {
  const { router } = context;
  router.lab.ip("net", ["link set rt down"]);
  await router.start();
  router.lab.ip("net", ["link set rt up"]);

  const { status } = router.run("net", "ping", "-c", "1", "-w", "3", KERNEL);
  assert.is(status, 0);
});

test("warns of several queues, and of addresses that the kernel has as well", async (context) => {
  const { router } = context;
  router.lab.ip("rt", [
    "link del natlan",
    "link add natlan numrxqueues 2 type veth peer name port",
    "link set port master lan up",
    "link set natlan up",
    `addr add ${EXTERNAL_ADDRESS}/24 dev wan`,
  ]);
  router.run("rt", "ethtool", "-L", "natlan", "rx", "2");
  router.lab.ip("net", ["link set rt down"]);
  await router.start();

  await router.nat.line(/^provenat: natlan: it has 2 receive queues, .* rx 1`\.$/);
  await router.nat.line(/^provenat: 203\.0\.113\.1: configured on wan, /);
});

test("warns once of checksums that nobody finishes", async ({ router }) => {
  finishChecksums(router.lab, "net", "rt", false);
  finishChecksums(router.lab, "s1", "e0", false);
  await router.start();
  await router.program("s1", "file-server");
  for (let tries = 0; tries < 2; tries++) {
    router.run("h1", "curl", "-sS", "-m", "2", `http://${SERVERS.s1}:8080/1000`);
  }

  const warning = await router.nat.line(/unfinished checksums/);
  assert.match(
    warning,
    /^provenat: wan: .* at the other end of the veth with `ethtool -K \.\.\. tx off`\.$/,
  );
  await stop(router, "SIGTERM");
  assert.match(router.nat.complaint(), /stopped after/);
});

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  test(`lets nothing get around it after ${signal}, and can be started again`, async (context) => {
    const { router } = context;
    await router.start();
    assert.is(ping(router, "h1", SERVERS.s1), 3);
    await stop(router, signal);

    assert.is(ping(router, "h1", SERVERS.s1), 0);
    assert.is(ping(router, "net", HOSTS.h1), 0);
    assert.is(ping(router, "net", KERNEL), 3);
    await router.start();
    assert.is(ping(router, "h1", SERVERS.s1), 3);
  });
}

test("ends with a sentence when an interface is deleted", async ({ router }) => {
  await router.start();
  router.lab.ip("rt", ["link del wan"]);

  assert.is(await router.nat.ended(), 1);
  assert.match(router.nat.complaint(), /^provenat: wan: .* \(ENODEV\)\. /);
});

test("says what an interface has to be", async ({ router }) => {
  router.lab.ip("rt", ["tuntap add dev tun0 mode tun"]);
  const message = await router.start("--external", "xdp:tun0").then(
    () => "",
    (error: Error) => error.message,
  );

  assert.match(message, /tun0: .*no Ethernet/);
});

/** How many of three pings were answered. */
function ping(router: Router, place: string, address: string): number {
  const { output } = router.run(place, "ping", "-c", "3", "-i", "0.1", "-W", "1", address);
  return Number(/(\d) received/.exec(output)?.[1] ?? -1);
}

async function stop(router: Router, signal: NodeJS.Signals): Promise<void> {
  const { pid } = await ask(router.control, { request: "status" });
  process.kill(pid, signal);
  await router.nat.ended();
}

interfaces.run();
