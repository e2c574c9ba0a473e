/** TCP connections through the NAT: what opens, establishes, closes and prolongs a mapping (§5). */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Phase } from "../../assembly/abi.ts";
import * as core from "../support/core.ts";
import { icmpError, tcpPacket } from "../support/packets.ts";

const { E, HOST, LIFETIMES, natWith, REMOTE, ROUTER, STRANGER } = core;
const { SynOut, SynIn, FinOut, FinIn, Reset, Shared } = Phase;
const OPEN = SynOut | SynIn;
const SAME_ADDRESS = "198.51.100.10:7001";

const tcp = suite<{ nat: core.TestNat }>("TCP");

tcp.before.each((context) => {
  context.nat = natWith();
});

tcp("opens a mapping with a SYN, whatever else it carries", ({ nat }) => {
  for (const flags of ["SYN", "SYN PSH", "SYN URG", 0xc2]) {
    const from = `10.0.0.2:${6000 + nat.mappings().length}`;
    assert.is(nat.sendOut(tcpPacket({ from, to: REMOTE, flags })).outcome, "Outbound");
  }
  assert.is(nat.mappings().length, 4);
});

tcp("opens a mapping with no other segment", ({ nat }) => {
  for (const flags of [0, "ACK", "RST", "FIN", "SYN ACK", "SYN RST", "SYN FIN", "RST ACK", 0xff]) {
    assert.is(nat.sendOut(tcpPacket({ from: HOST, to: REMOTE, flags })).outcome, "NotSyn");
  }
  assert.is(nat.mappings().length, 0);
});

// RFC 5382 REQ-4: no answer, neither RST nor ICMP; here it is not even let in.
tcp("drops a SYN from outside that no one asked for", ({ nat }) => {
  const syn = (from: string, to: string): string =>
    nat.sendIn(tcpPacket({ from, to, flags: "SYN" })).outcome;
  assert.is(syn(REMOTE, `${E}:80`), "NoMapping");
  assert.is(syn(STRANGER, nat.open("tcp")), "Filtered");
});

// RFC 5382 REQ-2a.
tcp("establishes by a simultaneous open", ({ nat }) => {
  const external = nat.open("tcp");

  assert.is(phaseAfterIn(nat, external, "SYN"), OPEN);
  assert.is(phaseAfterOut(nat, "SYN ACK"), OPEN);
  assertLifetime(nat, external, LIFETIMES.tcpEstablished);
});

// RFC 5382 REQ-2, REQ-5: either side may open the connection again.
tcp("establishes anew when the remote opens a closed connection again", ({ nat }) => {
  const external = nat.open("tcp");
  phaseAfterIn(nat, external, "SYN ACK");
  phaseAfterIn(nat, external, "FIN ACK");
  phaseAfterOut(nat, "FIN ACK");

  assert.is(phaseAfterIn(nat, external, "SYN"), OPEN | FinIn | FinOut);
  assert.is(phaseAfterOut(nat, "SYN ACK"), OPEN);
  assertLifetime(nat, external, LIFETIMES.tcpEstablished);
});

tcp("goes from SYN to the second FIN, and has the transitory lifetime then", ({ nat }) => {
  const external = nat.open("tcp");
  assert.is(phaseAfterIn(nat, external, "SYN ACK"), OPEN);
  assert.is(phaseAfterOut(nat, "ACK"), OPEN);
  assert.is(phaseAfterIn(nat, external, "FIN ACK"), OPEN | FinIn);
  nat.wait(LIFETIMES.tcpEstablished - 1);
  assert.is(phaseAfterOut(nat, "FIN ACK"), OPEN | FinIn | FinOut);

  assertLifetime(nat, external, LIFETIMES.tcpTransitory);
});

tcp(
  "begins its transitory lifetime with the remote host's FIN, if that is the second",
  ({ nat }) => {
    const external = nat.connect();
    phaseAfterOut(nat, "FIN ACK");
    nat.wait(LIFETIMES.tcpEstablished - 1);
    assert.is(phaseAfterIn(nat, external, "FIN ACK"), OPEN | FinIn | FinOut);

    assertLifetime(nat, external, LIFETIMES.tcpTransitory);
  },
);

// RFC 7857 §2.2: four minutes begin when an RST closes.
for (const [whose, send] of [
  ["internal", (nat: core.TestNat) => phaseAfterOut(nat, "RST")],
  ["remote", (nat: core.TestNat, external: string) => phaseAfterIn(nat, external, "RST")],
] as const) {
  tcp(`begins its transitory lifetime with an RST of the ${whose} host`, ({ nat }) => {
    const external = nat.connect();
    nat.wait(LIFETIMES.tcpEstablished - 1);
    assert.is(send(nat, external), OPEN | Reset);

    assertLifetime(nat, external, LIFETIMES.tcpTransitory);
  });
}

// RFC 7857 §7.1.
tcp("is not prolonged by an RST that changes no class", () => {
  for (const inboundRefresh of [false, true]) {
    const nat = natWith({ inboundRefresh });
    const external = nat.open("tcp");
    phaseAfterOut(nat, "RST");
    nat.wait(LIFETIMES.tcpTransitory - 1);
    phaseAfterOut(nat, "RST");
    phaseAfterIn(nat, external, "RST");

    assertLifetime(nat, external, 1);
  }
});

tcp("is established again when a segment shows that the RST was not taken", ({ nat }) => {
  const external = nat.connect();
  phaseAfterIn(nat, external, "RST");
  nat.wait(LIFETIMES.tcpTransitory - 1);
  assert.is(phaseAfterIn(nat, external, "ACK"), OPEN);

  assertLifetime(nat, external, LIFETIMES.tcpEstablished);
});

// RFC 6191: the ports are used again.
tcp("begins anew with a SYN on the port of a closed connection", ({ nat }) => {
  const external = nat.connect();
  phaseAfterIn(nat, external, "FIN ACK");
  phaseAfterOut(nat, "FIN ACK");

  assert.is(phaseAfterOut(nat, "SYN"), SynOut);
  assert.is(phaseAfterIn(nat, external, "SYN ACK"), OPEN);
  assertLifetime(nat, external, LIFETIMES.tcpEstablished);
});

for (const [what, other] of [
  ["address", STRANGER],
  ["port of the same address", SAME_ADDRESS],
] as const) {
  tcp(`is shared once it is used with another ${what}, and no RST closes it then`, ({ nat }) => {
    const external = nat.connect();
    assert.is(phaseAfterOut(nat, "SYN", other), OPEN | Shared);
    assert.is(phaseAfterIn(nat, external, "RST", other), OPEN | Shared | Reset);

    assertLifetime(nat, external, LIFETIMES.tcpEstablished);
  });

  tcp(`takes no phase from a connection to a former ${what}`, ({ nat }) => {
    const external = nat.connect(HOST, other);
    nat.open("tcp", HOST, REMOTE);
    for (const flags of ["RST", "FIN", "SYN ACK"]) {
      assert.is(phaseAfterIn(nat, external, flags, other), OPEN | Shared);
    }
  });

  tcp(`does nothing but pass with an RST to another ${what}`, ({ nat }) => {
    nat.connect();
    nat.wait(1000);
    const before = nat.state();
    phaseAfterOut(nat, "RST", other);

    assert.equal(nat.state(), before);
  });
}

tcp("is prolonged by inbound segments of another connection only if configured", () => {
  for (const inboundRefresh of [false, true]) {
    const nat = natWith({ inboundRefresh });
    const external = nat.open("tcp");
    nat.wait(LIFETIMES.tcpTransitory - 1);
    phaseAfterIn(nat, external, "RST", SAME_ADDRESS);
    phaseAfterIn(nat, external, "SYN", SAME_ADDRESS);

    assertLifetime(nat, external, inboundRefresh ? LIFETIMES.tcpTransitory : 1);
  }
});

tcp("keeps one mapping for all its connections", ({ nat }) => {
  for (const to of [REMOTE, SAME_ADDRESS, STRANGER]) nat.connect(HOST, to);

  assert.is(nat.mappings().length, 1);
});

tcp.run();

function phaseAfterOut(nat: core.TestNat, flags: string, to = REMOTE): number {
  assert.is(nat.sendOut(tcpPacket({ from: HOST, to, flags })).outcome, "Outbound");
  return nat.mappings()[0]!.phase;
}

function phaseAfterIn(nat: core.TestNat, to: string, flags: string, from = REMOTE): number {
  assert.is(nat.sendIn(tcpPacket({ from, to, flags })).outcome, "Inbound");
  return nat.mappings()[0]!.phase;
}

/** Checks that the mapping ends exactly so many milliseconds from now; an error prolongs nothing. */
function assertLifetime(nat: core.TestNat, external: string, milliseconds: number): void {
  const about = tcpPacket({ from: external, to: REMOTE });
  const error = icmpError({ from: ROUTER, to: E, about });
  assert.is(nat.wait(milliseconds - 1).sendIn(error).outcome, "Inbound");
  assert.is(nat.wait(1).sendIn(error).outcome, "NoMapping");
}
