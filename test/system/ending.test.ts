/** However the NAT ends, nothing crosses untranslated afterwards, and it says what happened. */
import { existsSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ask } from "../../host/control-client.ts";
import { HOSTS, INTERNAL_NETWORK, SERVERS } from "../../host/demo/topology.ts";
import { Router, obstacle } from "./router.ts";

const reason = obstacle("the end of a NAT", "ping");
const ending = suite<{ router: Router }>("the end of a NAT");
const test = reason === undefined ? ending : ending.skip;

if (reason === undefined) {
  ending.before.each(async (context) => {
    context.router = new Router();
    await context.router.start();
    assert.is(ping(context.router), 0, "before the end");
  });
  ending.after.each(({ router }) => router.close());
}

for (const signal of ["SIGTERM", "SIGINT"]) {
  test(`is clean after ${signal}`, async ({ router }) => {
    const { pid } = await ask(router.control, { request: "status" });
    process.kill(pid, signal);
    assert.is(await router.nat.ended(), 0);
    assert.match(router.nat.complaint(), /stopped after .* outbound/);
    assert.is(existsSync(router.control), false);
    assertShut(router);
  });
}

test("shuts the way when it is killed", async ({ router }) => {
  const { pid } = await ask(router.control, { request: "status" });
  process.kill(pid, "SIGKILL");
  await router.nat.ended();
  assertShut(router);
});

test("comes with an error when a device disappears", async ({ router }) => {
  router.lab.ip("rt", ["link del natwan"]);
  assert.is(await router.nat.ended(), 1);
  assert.match(router.nat.complaint(), /natwan: .*(ENODEV|no such device)/i);
  assertShut(router);
});

test("can be followed by a new start on the same devices", async ({ router }) => {
  const { pid } = await ask(router.control, { request: "status" });
  process.kill(pid, "SIGKILL");
  await router.nat.ended();
  await router.start();
  assert.is(ping(router), 0);
});

function ping(router: Router): number | null {
  return router.run("h1", "ping", "-c", "3", "-i", "0.3", "-W", "2", SERVERS.s1).status;
}

/** No packet of the hosts arrives beyond the router, and none from there at the hosts. */
function assertShut(router: Router): void {
  const beyond = arrivals(router, "net");
  assert.is.not(ping(router), 0);
  sendTo(router, "h2", SERVERS.s1);
  assert.is(arrivals(router, "net"), beyond);

  const inside = arrivals(router, "h1");
  router.lab.ip("net", [`route replace ${INTERNAL_NETWORK} via 203.0.113.2`]);
  sendTo(router, "net", HOSTS.h1);
  assert.is(arrivals(router, "h1"), inside);
}

function sendTo(router: Router, place: string, address: string): void {
  const send = `for i in 1 2 3; do echo x > /dev/udp/${address}/9; done; sleep 0.1`;
  router.run(place, "bash", "-c", send);
}

/** IPv4 packets that a place has received. */
function arrivals(router: Router, place: string): string {
  const { output } = router.run(place, "cat", "/proc/net/snmp");
  const [, values] = output.split("\n").filter((line) => line.startsWith("Ip:"));
  return values!.split(" ")[3]!;
}

ending.run();
