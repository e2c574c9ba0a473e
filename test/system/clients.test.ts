/** Real clients and servers on real kernel stacks, with the NAT between them. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ask } from "../../host/control-client.ts";
import { SERVERS } from "../../host/demo/topology.ts";
import { Router, obstacle } from "./router.ts";
import { counterIn } from "./snmp.ts";

const OCTETS = 20_000_000;
const URL = `http://${SERVERS.s1}:8080/`;

const reason = obstacle("clients", "curl", "iperf3", "traceroute", "ping", "dig");
const clients = suite("clients behind the NAT");
const test = reason === undefined ? clients : clients.skip;
let router: Router;

if (reason === undefined) {
  clients.before(async () => {
    router = new Router();
    await router.start();
    await router.program("s1", "file-server");
    await router.program("s1", "name-server");
  });
  clients.after(() => router.close());
}

test("download 20 MB with curl, every octet of it right", () => {
  const script = `curl -sS -D headers ${URL}${OCTETS} | sha256sum | cut -d' ' -f1 && grep -i x-sha256 headers`;
  const { status, output } = router.run("h1", "sh", "-ec", `cd ${router.folder} && ${script}`);
  const [received, sent] = output.trim().split("\n");
  assert.is(status, 0, output);
  assert.is(`x-sha256: ${received}`, sent!.trim().toLowerCase());
});

test("upload 20 MB with curl, every octet of it right", () => {
  const script = `cd ${router.folder} && head -c ${OCTETS} /dev/urandom > file && curl -sS -T file ${URL} && echo && sha256sum file`;
  const { status, output } = router.run("h2", "sh", "-ec", script);
  const [received, sent] = output.trim().split("\n");
  assert.is(status, 0, output);
  assert.is(received, sent!.split(" ")[0]);
});

for (const [direction, flags] of [
  ["up", []],
  ["down", ["-R"]],
] as const) {
  test(`measure TCP throughput ${direction} with iperf3`, async () => {
    const server = router.lab.start("s2", ["iperf3", "-s", "-1", "--forceflush"]);
    await server.line(/Server listening/);
    const { status, output } = router.run(
      "h1",
      "iperf3",
      "-c",
      SERVERS.s2,
      "-t",
      "2",
      "-J",
      ...flags,
    );
    assert.is(status, 0, output);
    const { end } = JSON.parse(output) as { end: { sum_received: { bits_per_second: number } } };
    assert.ok(end.sum_received.bits_per_second > 1e6, output);
  });
}

test("ping two servers at once with the same identifier", () => {
  for (const server of Object.values(SERVERS)) {
    for (const host of ["h1", "h2"]) {
      const flags = ["-c", "5", "-i", "0.05", "-W", "2", "-e", "77"];
      const { output } = router.run(host, "ping", ...flags, server);
      assert.match(output, /5 received/, `${host} to ${server}`);
    }
  }
});

for (const [kind, flags] of [
  ["UDP", []],
  ["ICMP", ["-I"]],
  ["TCP", ["-T"]],
] as const) {
  test(`see every hop with traceroute over ${kind}`, () => {
    const { output } = router.run("h1", "traceroute", "-n", "-q1", "-w2", ...flags, SERVERS.s1);
    const hops = output.split("\n").slice(1).join("\n");
    for (const hop of ["10.0.0.1", "203.0.113.254", SERVERS.s1])
      assert.ok(hops.includes(hop), output);
  });
}

test("resolve names with dig", () => {
  const { output } = router.run(
    "h2",
    "dig",
    "+short",
    "+tries=2",
    "+time=2",
    `@${SERVERS.s1}`,
    "a.example",
  );
  assert.is(output.trim(), "192.0.2.53");
});

test("discover the path's MTU from an error beyond the NAT", () => {
  router.lab.ip("net", ["link set s1 mtu 1300"]);
  const { status, output } = router.run(
    "h1",
    "curl",
    "-sS",
    "-m",
    "20",
    "-T",
    "package-lock.json",
    URL,
  );
  router.lab.ip("net", ["link set s1 mtu 1500"]);
  assert.is(status, 0, output);
  assert.match(output, /^[0-9a-f]{64}$/);
  const cache = router.run("h1", "ip", "route", "get", SERVERS.s1).output;
  assert.match(cache, /mtu 1300/);
});

// RFC 4787 REQ-13: the link of the NAT itself is too small.
test("are told of a small link right behind the NAT", () => {
  withSmallLink(() => {
    const { output } = router.run("h2", "ping", "-c", "1", "-M", "do", "-s", "1472", SERVERS.s2);
    assert.match(output, /Frag needed and DF set \(mtu = 1400\)/);
  });
});

// RFC 4787 REQ-13a.
test("have datagrams without DF cut for a small link right behind the NAT", () => {
  router.lab.tune("h2", { "ipv4/ip_no_pmtu_disc": 1 });
  const whole = (): number =>
    counterIn(router.run("s1", "cat", "/proc/net/snmp").output, "Ip ReasmOKs");
  const before = whole();
  withSmallLink(() => {
    const send = `head -c 1472 /dev/zero | dd bs=1472 2>/dev/null > /dev/udp/${SERVERS.s1}/9`;
    router.run("h2", "bash", "-c", send);
    router.run("h2", "sleep", "0.3");
  });
  assert.is(whole(), before + 1);
});

test("never see a wrong checksum", () => {
  for (const place of ["h1", "h2", "s1", "s2", "rt", "net"]) {
    const { output } = router.run(place, "cat", "/proc/net/snmp");
    for (const name of [
      "Ip InHdrErrors",
      "Tcp InCsumErrors",
      "Udp InCsumErrors",
      "Icmp InCsumErrors",
    ]) {
      // A hop that traceroute runs out of time at counts that as a header error.
      if (name.startsWith("Ip ") && (place === "rt" || place === "net")) continue;
      assert.is(counterIn(output, name), 0, `${place}: ${name}`);
    }
  }
});

test("go through the core, says the core", async () => {
  const { outcomes } = await ask(router.control, { request: "counters" });
  assert.ok(outcomes.Outbound > OCTETS / 1500, `${outcomes.Outbound} packets outbound`);
  assert.ok(outcomes.Inbound > OCTETS / 1500, `${outcomes.Inbound} packets inbound`);
});

/** Does `work` while the link from the router outwards takes 1,400 octets only. */
function withSmallLink(work: () => void): void {
  router.lab.ip("rt", ["link set wan mtu 1400"]);
  router.lab.ip("net", ["link set rt mtu 1400"]);
  work();
  router.lab.ip("rt", ["link set wan mtu 1500"]);
  router.lab.ip("net", ["link set rt mtu 1500"]);
}

clients.run();
