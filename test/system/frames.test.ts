/** Real hosts and servers on Ethernet links, whose router is the NAT itself. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ask, askList } from "../../host/control-client.ts";
import { EXTERNAL_ADDRESS, HOSTS, SERVERS } from "../../host/demo/topology.ts";
import { Router, interfaceObstacle, obstacle } from "./router.ts";
import { counterIn } from "./snmp.ts";

const OCTETS = 20_000_000;
const URL = `http://${SERVERS.s1}:8080/`;
const OWN = "10.0.0.1";
const GATEWAY = "203.0.113.254";

/** On the external link, besides the gateway. */
const NEIGHBOUR = "203.0.113.77";
const NOBODY = "203.0.113.78";

const COMMANDS = ["curl", "ping", "traceroute"];
const TAP = "the NAT as a router on TAP devices";
const XDP = "the NAT as a router on network interfaces";

const onTap = suite(TAP);
const onXdp = suite(XDP);

/** Has `frames` test the NAT on devices of this kind, unless there is a `reason` not to. */
function define(frames: typeof onTap, kind: "tap" | "xdp", reason: string | undefined): void {
  const test = reason === undefined ? frames : frames.skip;
  let router: Router;

  if (reason === undefined) {
    frames.before(async () => {
      router = new Router(kind);
      router.lab.ip("net", [`addr add ${NEIGHBOUR}/24 dev rt`]);
      await router.start("--test-clock");
      await router.program("s1", "file-server");
    });
    frames.after(() => router.close());
  }

  const ping = (place: string, ...args: string[]): string =>
    router.run(place, "ping", "-W", "1", ...args).output;

  test("loses no packet to finding out an Ethernet address", () => {
    // Six at once, of a host that has not been heard to a neighbour that has not.
    assert.match(ping("h1", "-c", "6", "-l", "6", NEIGHBOUR), /6 received/);
    assert.match(ping("h2", "-c", "1", SERVERS.s1), /1 received/);
  });

  test("loses none either when a host has not been heard for long", async () => {
    await router.program("s1", "line-server");
    const client = await router.program("h1", "line-client", SERVERS.s1);
    await ask(router.control, { request: "advance", milliseconds: 360_000 });
    client.send("after six minutes");
    assert.is(await client.line(/./), "after six minutes");
  });

  test("answers pings of its own addresses, on either side", () => {
    assert.match(ping("h1", "-c", "3", "-i", "0.05", OWN), /3 received/);
    assert.match(ping("h1", "-c", "3", "-i", "0.05", EXTERNAL_ADDRESS), /3 received/);
    for (const place of ["net", "s1", "s2"]) {
      const output = ping(place, "-c", "3", "-i", "0.05", EXTERNAL_ADDRESS);
      assert.match(output, /3 received/, place);
    }
  });

  test("lets hosts ping servers, with the same identifier", () => {
    for (const server of Object.values(SERVERS)) {
      for (const host of ["h1", "h2"]) {
        const output = ping(host, "-c", "5", "-i", "0.05", "-e", "77", server);
        assert.match(output, /5 received/, `${host} to ${server}`);
        assert.match(output, /ttl=62/);
      }
    }
  });

  test("lets curl download 20 MB, every octet of it right", () => {
    const script = `curl -sS -D headers ${URL}${OCTETS} | sha256sum | cut -d' ' -f1 && grep -i x-sha256 headers`;
    const { output } = router.run("h1", "sh", "-ec", `cd ${router.folder} && ${script}`);
    const [received, sent] = output.trim().split("\n");
    assert.is(`x-sha256: ${received}`, sent!.trim().toLowerCase());
  });

  test("lets curl upload 20 MB, every octet of it right", () => {
    const script = `head -c ${OCTETS} /dev/urandom > file && curl -sS -T file ${URL} && echo && sha256sum file`;
    const { output } = router.run("h2", "sh", "-ec", `cd ${router.folder} && ${script}`);
    const [received, sent] = output.trim().split("\n");
    assert.is(received, sent!.split(" ")[0]);
  });

  for (const [protocol, ...flags] of [["UDP"], ["ICMP", "-I"], ["TCP", "-T"]] as const) {
    test(`is the first hop of traceroute over ${protocol}`, () => {
      const args = ["-n", "-q1", "-w2", ...flags, SERVERS.s1];
      const { output } = router.run("h1", "traceroute", ...args);
      const hops = [...output.matchAll(/^ *\d+ +([\d.]+) /gm)].map(([, hop]) => hop);
      assert.equal(hops, [OWN, GATEWAY, SERVERS.s1], output);
    });
  }

  test("passes on what is said of a small link beyond", () => {
    router.lab.ip("net", ["link set s1 mtu 1300"]);
    const { output } = router.run("h1", "curl", "-sS", "-m", "20", "-T", "package-lock.json", URL);
    router.lab.ip("net", ["link set s1 mtu 1500"]);
    assert.match(output, /^[0-9a-f]{64}$/);
    assert.match(router.run("h1", "ip", "route", "get", SERVERS.s1).output, /mtu 1300/);
  });

  test("gives up packets to a station that does not answer", async () => {
    assert.match(ping("h1", "-c", "3", "-i", "0.5", NOBODY), /0 received/);
    router.run("h1", "sleep", "1.2");
    const { external } = await ask(router.control, { request: "counters" });
    assert.is(external.unresolved, 3);
  });

  test("says whom it knows, or knew", async () => {
    const known: string[] = [];
    const request = { request: "neighbours", all: true } as const;
    for await (const { side, address } of askList(router.control, request)) {
      known.push(`${side} ${address}`);
    }
    const expected = [HOSTS.h1, HOSTS.h2].map((host) => `internal ${host}`);
    for (const item of [...expected, `external ${GATEWAY}`, `external ${NEIGHBOUR}`]) {
      assert.ok(known.includes(item), item);
    }
  });

  test("never lets a wrong checksum through", () => {
    for (const place of ["h1", "h2", "s1", "s2", "net"]) {
      const { output } = router.run(place, "cat", "/proc/net/snmp");
      for (const name of ["Tcp InCsumErrors", "Udp InCsumErrors", "Icmp InCsumErrors"]) {
        assert.is(counterIn(output, name), 0, `${place}: ${name}`);
      }
    }
  });

  test("tells senders of its own small link, once it is started with one", async () => {
    await restart(router, () => router.lab.ip("rt", [`link set ${router.external} mtu 1400`]));
    const output = ping("h2", "-c", "1", "-M", "do", "-s", "1472", SERVERS.s2);
    assert.match(output, /From 10\.0\.0\.1 .*Frag needed and DF set \(mtu = 1400\)/);
    const { output: sum } = router.run(
      "h2",
      "curl",
      "-sS",
      "-m",
      "20",
      "-T",
      "package-lock.json",
      URL,
    );
    assert.match(sum, /^[0-9a-f]{64}$/);
  });

  test("lets nothing through once it is killed", async () => {
    const { pid } = await ask(router.control, { request: "status" });
    process.kill(pid, "SIGKILL");
    await router.nat.ended();
    assert.match(ping("h1", "-c", "2", "-i", "0.2", SERVERS.s1), /0 received/);
    assert.match(ping("s1", "-c", "2", "-i", "0.2", EXTERNAL_ADDRESS), /0 received/);
  });
}

/** Ends the NAT, does `between`, and starts it again. */
async function restart(router: Router, between: () => void): Promise<void> {
  const { pid } = await ask(router.control, { request: "status" });
  process.kill(pid, "SIGTERM");
  assert.is(await router.nat.ended(), 0, router.nat.complaint());
  between();
  await router.start();
}

define(onTap, "tap", obstacle(TAP, ...COMMANDS));
define(onXdp, "xdp", interfaceObstacle(XDP, ...COMMANDS));

onTap.run();
onXdp.run();
