/** RFC 4787 REQ-8b, RFC 5382 REQ-3: address-dependent filtering, with sessions for former remotes. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as core from "../support/core.ts";
import { parseAddress, write32 } from "../support/octets.ts";
import { tcpPacket, udpPacket, withHeaderChecksum } from "../support/packets.ts";

const { HOST, LIFETIMES, natWith, OTHER_HOST, packetIn, packetOut, PROTOCOLS, REMOTE } = core;
const STRANGER = core.STRANGER;
const THIRD = "192.0.2.3:7000";
const SESSIONS = 131_072;

const filtering = suite<{ nat: core.TestNat }>("filtering");

filtering.before.each((context) => {
  context.nat = natWith();
});

for (const protocol of PROTOCOLS) {
  filtering(`of ${protocol} lets the remote address answer`, ({ nat }) => {
    const external = nat.open(protocol);

    assert.is(answerOf(nat, protocol, REMOTE, external), "Inbound");
  });

  filtering(`of ${protocol} keeps other addresses out, before and after an answer`, ({ nat }) => {
    const external = nat.open(protocol);
    assert.is(answerOf(nat, protocol, STRANGER, external), "Filtered");
    assert.is(answerOf(nat, protocol, REMOTE, external), "Inbound");
    assert.is(answerOf(nat, protocol, STRANGER, external), "Filtered");
    assert.is(answerOf(nat, protocol, "198.51.100.11:7000", external), "Filtered");
  });

  filtering(`of ${protocol} does not refresh for a packet that it keeps out`, () => {
    const nat = natWith({ inboundRefresh: true });
    const external = nat.open(protocol);
    nat.wait(1000);
    const before = nat.state();

    assert.is(answerOf(nat, protocol, STRANGER, external), "Filtered");
    assert.equal(nat.state(), before);
  });

  filtering(`of ${protocol} admits every remote address that was sent to`, ({ nat }) => {
    const remotes = Array.from({ length: 200 }, (_, n) => `198.51.100.${n}:7000`);
    const [external] = remotes.map((remote) => nat.open(protocol, HOST, remote));

    for (const remote of remotes) {
      assert.is(answerOf(nat, protocol, remote, external!), "Inbound", remote);
    }
  });

  filtering(`of ${protocol} is for each mapping alone`, ({ nat }) => {
    const one = nat.open(protocol, HOST, REMOTE);
    const other = nat.open(protocol, OTHER_HOST, STRANGER);

    assert.is(answerOf(nat, protocol, STRANGER, one), "Filtered");
    assert.is(answerOf(nat, protocol, REMOTE, other), "Filtered");
  });
}

for (const protocol of ["udp", "tcp"] as const) {
  filtering(`of ${protocol} looks at addresses, not at ports`, ({ nat }) => {
    const external = nat.open(protocol);

    assert.is(answerOf(nat, protocol, "198.51.100.10:1", external), "Inbound");
  });
}

filtering(
  "admits a former remote for a lifetime after the mapping's last refresh for it",
  ({ nat }) => {
    const external = nat.open("udp", HOST, REMOTE);
    nat.wait(1000).open("udp", HOST, REMOTE);
    nat.wait(2000).open("udp", HOST, STRANGER);

    nat.wait(LIFETIMES.udp - 2000 - 1);
    assert.is(answerOf(nat, "udp", REMOTE, external), "Inbound");
    nat.wait(1);
    assert.is(answerOf(nat, "udp", REMOTE, external), "Filtered");
    assert.is(answerOf(nat, "udp", STRANGER, external), "Inbound");
  },
);

filtering("admits a former remote anew when it is sent to again", ({ nat }) => {
  const external = nat.open("udp", HOST, REMOTE);
  nat.wait(4000).open("udp", HOST, STRANGER);
  nat.wait(500).open("udp", HOST, REMOTE);
  nat.wait(500).open("udp", HOST, STRANGER);

  nat.wait(LIFETIMES.udp - 500 - 1);
  assert.is(answerOf(nat, "udp", REMOTE, external), "Inbound");
  nat.wait(1);
  assert.is(answerOf(nat, "udp", REMOTE, external), "Filtered");
});

filtering("admits former TCP remotes for as long as the mapping's class says", ({ nat }) => {
  const external = nat.open("tcp", HOST, REMOTE);
  nat.wait(1000).connect(HOST, STRANGER);
  nat.wait(LIFETIMES.tcpTransitory);
  assert.is(answerOf(nat, "tcp", REMOTE, external), "Inbound");

  nat.wait(LIFETIMES.tcpEstablished - LIFETIMES.tcpTransitory - 1000 - 1);
  assert.is(answerOf(nat, "tcp", REMOTE, external), "Inbound");
  nat.wait(1);
  assert.is(answerOf(nat, "tcp", REMOTE, external), "Filtered");
});

filtering("does not prolong a session for inbound packets", () => {
  const nat = natWith({ inboundRefresh: true });
  const external = nat.open("udp", HOST, REMOTE);
  nat.open("udp", HOST, STRANGER);
  nat.wait(LIFETIMES.udp - 1);

  assert.is(answerOf(nat, "udp", REMOTE, external), "Inbound");
  nat.wait(1);
  assert.is(answerOf(nat, "udp", REMOTE, external), "Filtered");
  assert.is(answerOf(nat, "udp", STRANGER, external), "Inbound");
});

// A session outlives a transitory mapping: its stamp must not serve whoever has the port next.
for (const [whose, next] of [
  ["another endpoint", OTHER_HOST],
  ["the same endpoint", HOST],
] as const) {
  filtering(`admits no remote of an expired mapping when ${whose} has its port`, () => {
    const nat = natWith({ externalPorts: "40000-40000", holdDown: 0 });
    const external = nat.open("tcp", HOST, REMOTE);
    nat.open("tcp", HOST, STRANGER);
    nat.wait(LIFETIMES.tcpTransitory);
    assert.is(nat.connect(next, THIRD), external);

    for (const former of [REMOTE, STRANGER]) {
      assert.is(answerOf(nat, "tcp", former, external), "Filtered", former);
    }
    assert.is(answerOf(nat, "tcp", THIRD, external), "Inbound");
  });
}

filtering("admits a session of a mapping's first millisecond", () => {
  for (const start of [0, 1, 1023, 1024, 1025]) {
    const nat = natWith().wait(start);
    const external = nat.open("udp", HOST, REMOTE);
    nat.open("udp", HOST, STRANGER);

    assert.is(answerOf(nat, "udp", REMOTE, external), "Inbound", `${start} ms`);
  }
});

filtering("admits no one for an RST to another endpoint", ({ nat }) => {
  const external = nat.connect();
  const reset = tcpPacket({ from: HOST, to: STRANGER, flags: "RST" });

  assert.is(nat.sendOut(reset).outcome, "Outbound");
  assert.is(answerOf(nat, "tcp", STRANGER, external), "Filtered");
  assert.is(answerOf(nat, "tcp", REMOTE, external), "Inbound");
});

filtering("gives up on a remote when there is no room for the former one", ({ nat }) => {
  const external = nat.open("udp");
  const packet = packetOut("udp", HOST, REMOTE);
  const sendTo = (number: number): string => {
    write32(packet, 16, parseAddress("20.0.0.0") + number);
    return nat.sendOut(withHeaderChecksum(packet)).outcome;
  };
  let sent = 0;
  while (sendTo(sent) === "Outbound") sent++;
  assert.ok(sent > 0.5 * SESSIONS, `no room after ${sent} remotes`);
  nat.wait(1000);
  const before = nat.state();

  // The last remote stays the last, and everyone before is still admitted.
  assert.is(sendTo(sent), "SessionTableFull");
  assert.equal(nat.state(), before);
  const answer = udpPacket({ from: REMOTE, to: external });
  for (let number = 0; number < sent; number++) {
    write32(answer, 12, parseAddress("20.0.0.0") + number);
    assert.is(nat.sendIn(withHeaderChecksum(answer)).outcome, "Inbound", `remote ${number}`);
  }
  write32(answer, 12, parseAddress("20.0.0.0") + sent);
  assert.is(nat.sendIn(withHeaderChecksum(answer)).outcome, "Filtered");
});

filtering.run();

function answerOf(
  nat: core.TestNat,
  protocol: core.ProtocolName,
  from: string,
  to: string,
): string {
  return nat.sendIn(packetIn(protocol, from, to)).outcome;
}
