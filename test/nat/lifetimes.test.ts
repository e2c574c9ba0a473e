import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createNat } from "../../host/nat.ts";
import * as core from "../support/core.ts";
import { tcpPacket } from "../support/packets.ts";

const { E, HOLD_DOWN, HOST, LIFETIMES, natWith, OTHER_HOST, packetIn, packetOut, REMOTE } = core;
const PROTOCOLS = core.PROTOCOLS;
const TICK = 1024;

/** The four classes, each with what opens a mapping of it and what keeps it alive. */
const CLASSES = [
  { name: "UDP", protocol: "udp", lifetime: LIFETIMES.udp },
  { name: "ICMP", protocol: "icmp", lifetime: LIFETIMES.icmp },
  { name: "transitory TCP", protocol: "tcp", lifetime: LIFETIMES.tcpTransitory },
  { name: "established TCP", protocol: "tcp", lifetime: LIFETIMES.tcpEstablished },
] as const;
type Class = (typeof CLASSES)[number];

const lifetime = suite("lifetime");

// RFC 4787 REQ-5, RFC 5382 REQ-5, RFC 5508 REQ-2.
lifetime("is, by default, what the RFCs ask for", () => {
  const { lifetimes, holdDown } = createNat({ externalAddress: E }).settings;

  assert.ok(lifetimes.udp >= 300_000);
  assert.ok(lifetimes.icmp >= 60_000);
  assert.ok(lifetimes.tcpTransitory >= 240_000);
  assert.ok(lifetimes.tcpEstablished >= 7_440_000);
  assert.is(holdDown, 120_000);
});

for (const each of CLASSES) {
  for (const start of [0, 1, 1023, 123_456_789]) {
    lifetime(`of ${each.name} from ${start} ms on ends to the millisecond`, () => {
      const nat = natWith().wait(start);
      const external = open(nat, each);

      nat.wait(each.lifetime - 1);
      assert.is(answer(nat, each, external), "Inbound");
      assert.is(nat.mappings()[0]!.live, true);
      nat.wait(1);
      assert.is(answer(nat, each, external), "NoMapping");
      assert.is(nat.mappings()[0]!.live, false);
    });
  }

  // RFC 4787 REQ-6: outbound refresh.
  lifetime(`of ${each.name} begins anew with every outbound packet`, () => {
    const nat = natWith();
    const external = open(nat, each);
    for (const pause of [1, 500, TICK, each.lifetime - 1, each.lifetime - 1]) {
      nat.wait(pause);
      assert.is(core.sourceOf(nat.sendOut(again(each)).packet), external);
    }

    nat.wait(each.lifetime - 1);
    assert.is(answer(nat, each, external), "Inbound");
    nat.wait(1);
    assert.is(answer(nat, each, external), "NoMapping");
  });

  lifetime(`of ${each.name} begins anew with an inbound packet only if configured`, () => {
    for (const inboundRefresh of [false, true]) {
      const nat = natWith({ inboundRefresh });
      const external = open(nat, each);
      nat.wait(each.lifetime - 1);
      assert.is(answer(nat, each, external), "Inbound");
      nat.wait(1);
      assert.is(answer(nat, each, external), inboundRefresh ? "Inbound" : "NoMapping");
    }
  });
}

lifetime("passes unheeded by packets that are dropped", () => {
  const nat = natWith({ inboundRefresh: true });
  const external = nat.open("udp");
  nat.wait(LIFETIMES.udp - 1);
  assert.is(nat.sendOut(packetOut("udp", HOST, "224.0.0.1:7000")).outcome, "DestinationAddress");
  assert.is(nat.sendOut(packetOut("udp", HOST, `${E}:1`)).outcome, "NoMapping");
  assert.is(nat.sendIn(packetIn("udp", core.STRANGER, external)).outcome, "Filtered");

  nat.wait(1);
  assert.is(nat.sendIn(packetIn("udp", REMOTE, external)).outcome, "NoMapping");
});

lifetime("over, a host that comes back in time finds its port again", () => {
  for (const protocol of PROTOCOLS) {
    const nat = natWith();
    const external = nat.open(protocol);
    nat.wait(LIFETIMES.udp + HOLD_DOWN - 1);

    assert.is(nat.open(protocol), external);
    assert.is(nat.mappings().length, 1);
  }
});

lifetime("over, a TCP host needs a SYN again", () => {
  const nat = natWith();
  nat.connect();
  nat.wait(LIFETIMES.tcpEstablished);

  assert.is(nat.sendOut(tcpPacket({ from: HOST, to: REMOTE, flags: "ACK" })).outcome, "NotSyn");
  nat.open("tcp");
});

lifetime.run();

/** RFC 6888 REQ-8: a port is not given to another host right after its mapping has expired. */
const rest = suite("port that rests");

for (const { name, protocol, lifetime } of CLASSES.slice(0, 3)) {
  rest(`is refused to others until the hold-down of ${name} is over`, () => {
    const nat = natWith({ externalPorts: "40000-40000" });
    nat.open(protocol, HOST);
    const other = packetOut(protocol, OTHER_HOST, REMOTE);
    for (const at of [0, lifetime - 1, lifetime, lifetime + HOLD_DOWN - 1]) {
      nat.now = at;
      assert.is(nat.sendOut(other).outcome, "NoPort", `${at} ms`);
    }

    nat.now = lifetime + HOLD_DOWN + TICK;
    assert.is(nat.open(protocol, OTHER_HOST), `${E}:40000`);
  });
}

rest("of an established connection is refused until both times are over", () => {
  const nat = natWith({ externalPorts: "40000-40000" });
  nat.connect();
  const other = packetOut("tcp", OTHER_HOST, REMOTE);
  nat.now = LIFETIMES.tcpEstablished + HOLD_DOWN - 1;
  assert.is(nat.sendOut(other).outcome, "NoPort");

  nat.now += 1 + TICK;
  assert.is(nat.sendOut(other).outcome, "Outbound");
});

rest("is not there for packets from outside", () => {
  const nat = natWith({ externalPorts: "40000-40000" });
  const external = nat.open("udp", HOST);
  nat.wait(LIFETIMES.udp + HOLD_DOWN + TICK).open("udp", OTHER_HOST, core.STRANGER);

  assert.is(nat.sendIn(packetIn("udp", REMOTE, external)).outcome, "Filtered");
  const { packet } = nat.sendIn(packetIn("udp", core.STRANGER, external));
  assert.is(core.destinationOf(packet), OTHER_HOST);
});

rest("is given at once where no hold-down is configured", () => {
  const nat = natWith({ externalPorts: "40000-40000", holdDown: 0 });
  nat.open("udp", HOST);
  nat.wait(LIFETIMES.udp + TICK);

  assert.is(nat.open("udp", OTHER_HOST), `${E}:40000`);
});

rest("does not come back to a host whose port another one has by now", () => {
  const nat = natWith({ externalPorts: "40000-40001" });
  nat.open("udp", HOST);
  nat.open("udp", OTHER_HOST);
  nat.wait(LIFETIMES.udp + HOLD_DOWN + TICK);
  nat.open("udp", "10.0.0.4:5000");
  nat.open("udp", "10.0.0.5:5000");

  assert.is(nat.sendOut(packetOut("udp", HOST, REMOTE)).outcome, "NoPort");
  assert.equal(hosts(nat), ["10.0.0.4", "10.0.0.5"]);
});

// RFC 6888 REQ-11: nothing that lives is put out.
rest("is all there is when a full range refuses, and none is taken away", () => {
  for (const protocol of PROTOCOLS) {
    const nat = natWith({ externalPorts: "40000-40063" });
    for (let host = 0; host < 64; host++) nat.open(protocol, `10.0.1.${host}:5000`);
    nat.wait(1000);
    const before = nat.state();
    for (let host = 0; host < 64; host++) {
      const late = packetOut(protocol, `10.0.2.${host}:5000`, REMOTE);
      assert.is(nat.sendOut(late).outcome, "NoPort");
    }
    assert.equal(nat.state(), before);
  }
});

rest("and every one after it are found again, two with each new mapping", () => {
  for (const protocol of PROTOCOLS) {
    const nat = natWith({ externalPorts: "40000-40063" });
    for (let host = 0; host < 64; host++) nat.wait(10).open(protocol, `10.0.1.${host}:5000`);
    nat.wait(LIFETIMES.udp + HOLD_DOWN + TICK);
    for (let host = 0; host < 64; host++) nat.open(protocol, `10.0.2.${host}:5000`);

    assert.equal(
      hosts(nat).filter((host) => host.startsWith("10.0.1.")),
      [],
    );
    assert.is(new Set(nat.mappings().map((each) => each.externalPort)).size, 64);
  }
});

rest("is found behind mappings that are refreshed again and again", () => {
  const nat = natWith({ externalPorts: "40000-40003" });
  for (const host of [1, 2, 3, 4]) nat.open("udp", `10.0.1.${host}:5000`);
  // Hosts 1 and 3 go on; 2 and 4 fall silent.
  while (nat.now < LIFETIMES.udp + HOLD_DOWN + TICK) {
    nat.wait(700);
    for (const host of [1, 3]) nat.open("udp", `10.0.1.${host}:5000`);
  }
  for (const host of [5, 6]) nat.open("udp", `10.0.1.${host}:5000`);

  assert.equal(hosts(nat), ["10.0.1.1", "10.0.1.3", "10.0.1.5", "10.0.1.6"]);
});

rest("is found behind the mapping of a host that came back in time", () => {
  const nat = natWith({ externalPorts: "40000-40003" });
  for (const host of [1, 2, 3, 4]) nat.open("udp", `10.0.1.${host}:5000`);
  nat.wait(LIFETIMES.udp + HOLD_DOWN - 1).open("udp", "10.0.1.2:5000");
  nat.wait(1 + TICK);
  for (const host of [5, 6, 7]) nat.open("udp", `10.0.1.${host}:5000`);

  assert.equal(hosts(nat), ["10.0.1.2", "10.0.1.5", "10.0.1.6", "10.0.1.7"]);
});

rest.run();

function open(nat: core.TestNat, { name, protocol }: Class): string {
  return name === "established TCP" ? nat.connect() : nat.open(protocol);
}

/** What the internal host sends to keep its mapping. */
function again({ name, protocol }: Class): Uint8Array {
  if (name === "established TCP") return tcpPacket({ from: HOST, to: REMOTE, flags: "ACK" });
  return packetOut(protocol, HOST, REMOTE);
}

function answer(nat: core.TestNat, { protocol }: Class, external: string): string {
  return nat.sendIn(packetIn(protocol, REMOTE, external)).outcome;
}

function hosts(nat: core.TestNat): string[] {
  return nat
    .mappings()
    .map((each) => each.internalAddress)
    .sort();
}
